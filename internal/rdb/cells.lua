-- Reads cells with their counters.
-- KEYS 1 position (hash), 2 and on cells (hashes)
-- Result: empty when the generation is not in use, else position, its time, then of each cell the number of strings that
--         follow, and its fields and values
local position = redis.call('HMGET', KEYS[1], 's', 't')
if not position[1] then return {} end
local result = { position[1], position[2] or '0' }
for i = 2, #KEYS do
  local cell = redis.call('HGETALL', KEYS[i])
  result[#result + 1] = tostring(#cell)
  for j = 1, #cell do result[#result + 1] = cell[j] end
end
return result
