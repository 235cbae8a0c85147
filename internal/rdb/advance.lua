-- Moves the position forward.
-- KEYS 1 position (hash)
-- ARGV 1 position that must have been reached, 2 new position, 3 time of it in microseconds
-- Result: 1, or -1 when the generation is not in use or stands before ARGV 1
local held = redis.call('HMGET', KEYS[1], 's', 't')
if not held[1] or tonumber(held[1]) < tonumber(ARGV[1]) then return -1 end
if tonumber(ARGV[2]) > tonumber(held[1]) then redis.call('HSET', KEYS[1], 's', ARGV[2]) end
if tonumber(ARGV[3]) > tonumber(held[2] or '0') then redis.call('HSET', KEYS[1], 't', ARGV[3]) end
return 1
