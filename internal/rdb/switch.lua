-- Makes a generation that was built the one that is served, and ends the one before.
-- KEYS 1 live, 2 position of the generation before (hash), 3 position of the new one (hash)
-- ARGV 1 the generation before, or empty, 2 the new one
-- Result: 1 done, -1 the new generation was ended or another one is live than ARGV 1
if redis.call('EXISTS', KEYS[3]) == 0 then return -1 end
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return -1 end
redis.call('SET', KEYS[1], ARGV[2])
redis.call('DEL', KEYS[2])
return 1
