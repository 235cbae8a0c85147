-- Removes cells of a generation that is no longer in use, from their sheets too.
-- KEYS 1 and on cells (hashes); sheets are named in them, in the same slot
-- ARGV 1 what names of sheets begin with, 2 and on the cells' names within them
-- Result: 1
for i = 1, #KEYS do
  for sheet in string.gmatch(redis.call('HGET', KEYS[i], 'l') or '', '[^,]+') do
    redis.call('SREM', ARGV[1] .. sheet, ARGV[i + 1])
  end
  redis.call('DEL', KEYS[i])
end
return 1
