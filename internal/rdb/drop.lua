-- Removes one request of a generation that is no longer in use, with its entries in sets.
-- KEYS 1 row (hash), 2 ids (sorted set); sets are named in the row, in the same slot
-- ARGV 1 id, 2 what names of sets begin with
-- Result: 1
for set, _, member in string.gmatch(redis.call('HGET', KEYS[1], 'x') or '', '(%S+) (%S+) (%S+)\n') do
  redis.call('ZREM', ARGV[2] .. set, member)
end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 1
