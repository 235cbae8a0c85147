-- Counts the entries of sets, and how many of them are due; those of some requests are not counted.
-- KEYS 1 position (hash), 2 and on sets (sorted sets), after them rows (hashes) of the requests that are left out
-- ARGV 1 now in microseconds, 2 how many sets, 3 what names of sets begin with
-- Result: empty when the generation is not in use, else position, its time, then size, due of each set
local position = redis.call('HMGET', KEYS[1], 's', 't')
if not position[1] then return {} end
local now, last = tonumber(ARGV[1]), 1 + tonumber(ARGV[2])

local size, due = {}, {}
for i = 2, last do
  size[KEYS[i]] = redis.call('ZCARD', KEYS[i])
  due[KEYS[i]] = redis.call('ZCOUNT', KEYS[i], '-inf', ARGV[1])
end
for i = last + 1, #KEYS do
  for set, _, member in string.gmatch(redis.call('HGET', KEYS[i], 'x') or '', '(%S+) (%S+) (%S+)\n') do
    local key = ARGV[3] .. set
    local score = size[key] and redis.call('ZSCORE', key, member)
    if score then
      size[key] = size[key] - 1
      if tonumber(score) <= now then due[key] = due[key] - 1 end
    end
  end
end

local result = { position[1], position[2] or '0' }
for i = 2, last do
  result[#result + 1] = tostring(size[KEYS[i]])
  result[#result + 1] = tostring(due[KEYS[i]])
end
return result
