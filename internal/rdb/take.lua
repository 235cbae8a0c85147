-- Moves due entries ahead and returns them as they were.
-- KEYS 1 position (hash), 2 due set (sorted set)
-- ARGV 1 now and 2 the time they are moved to, in microseconds, 3 limit
-- Result: empty when the generation is not in use, else '1', then member, score of each
if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
local due = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'WITHSCORES', 'LIMIT', 0, ARGV[3])
local result = { '1' }
for i = 1, #due, 2 do
  redis.call('ZADD', KEYS[2], 'XX', ARGV[2], due[i])
  result[#result + 1] = due[i]
  result[#result + 1] = due[i + 1]
end
return result
