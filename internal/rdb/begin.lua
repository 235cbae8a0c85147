-- Makes an empty generation the one that is served, unless another was made so meanwhile.
-- KEYS 1 live, 2 generations (set), 3 position of the new generation (hash)
-- ARGV 1 the generation that was live before, or empty, 2 the new one
-- Result: 1 done, 0 another one is live
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SADD', KEYS[2], ARGV[2])
redis.call('HSET', KEYS[3], 's', '0', 't', '0')
redis.call('SET', KEYS[1], ARGV[2])
return 1
