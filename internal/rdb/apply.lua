-- Writes one request, rows and entries in sets together, when it is newer than what is held.
-- KEYS 1 position (hash), 2 row (hash), 3 ids (sorted set); sets are named in ARGV 7, in the same slot
-- ARGV 1 id, 2 sequence, 3 position that must have been reached, 4 5 6 sealed parts b p t,
--      7 entries, lines of "set score member", 8 what names of sets begin with
-- Result: 1 written, 0 not newer, -1 the generation is not in use or stands before ARGV 3
local reached = redis.call('HGET', KEYS[1], 's')
if not reached or tonumber(reached) < tonumber(ARGV[3]) then return -1 end
local held = redis.call('HMGET', KEYS[2], 's', 'x')
if held[1] and tonumber(held[1]) >= tonumber(ARGV[2]) then return 0 end

if held[2] ~= ARGV[7] then
  local before, after = {}, {}
  for set, score, member in string.gmatch(held[2] or '', '(%S+) (%S+) (%S+)\n') do
    before[set .. ' ' .. member] = score
  end
  for set, score, member in string.gmatch(ARGV[7], '(%S+) (%S+) (%S+)\n') do
    after[set .. ' ' .. member] = score
    -- An entry that stays is left alone: the sweep may have moved it.
    if before[set .. ' ' .. member] ~= score then redis.call('ZADD', ARGV[8] .. set, score, member) end
  end
  for set, _, member in string.gmatch(held[2] or '', '(%S+) (%S+) (%S+)\n') do
    if not after[set .. ' ' .. member] then redis.call('ZREM', ARGV[8] .. set, member) end
  end
end

redis.call('HSET', KEYS[2], 's', ARGV[2], 'b', ARGV[4], 'p', ARGV[5], 't', ARGV[6], 'x', ARGV[7])
redis.call('ZADD', KEYS[3], 0, ARGV[1])
return 1
