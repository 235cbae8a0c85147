-- Counts the entries of sets, and how many of them are due.
-- KEYS 1 position (hash), 2 and on sets (sorted sets)
-- ARGV 1 now in microseconds
-- Result: empty when the generation is not in use, else position, its time, then size, due of each set
local position = redis.call('HMGET', KEYS[1], 's', 't')
if not position[1] then return {} end
local result = { position[1], position[2] or '0' }
for i = 2, #KEYS do
  result[#result + 1] = tostring(redis.call('ZCARD', KEYS[i]))
  result[#result + 1] = tostring(redis.call('ZCOUNT', KEYS[i], '-inf', ARGV[1]))
end
return result
