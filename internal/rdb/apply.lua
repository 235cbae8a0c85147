-- Writes requests, each with its row and entries in sets, where it is newer than what is held; then moves the position.
-- KEYS 1 position (hash), 2 ids (sorted set), 3 and on rows (hashes), one of each request; sets are named in its entries,
--      in the same slot
-- ARGV 1 position that must have been reached, 2 new position, 3 time of it in microseconds, 4 what names of sets begin
--      with, 5 and on of each request: id, sequence, sealed parts b p t n (n may be empty), entries (lines of "set score member")
-- Result: 1, or -1 when the generation is not in use or stands before ARGV 1
local at = redis.call('HMGET', KEYS[1], 's', 't')
if not at[1] or tonumber(at[1]) < tonumber(ARGV[1]) then return -1 end

local line = '(%S+) (%S+) (%S+)\n'

local function enter(entries)
  for set, score, member in string.gmatch(entries, line) do redis.call('ZADD', ARGV[4] .. set, score, member) end
end

-- An entry that stays is left alone: the sweep may have moved it.
local function replace(old, new)
  local before, after = {}, {}
  for set, score, member in string.gmatch(old, line) do before[set .. ' ' .. member] = score end
  for set, score, member in string.gmatch(new, line) do
    after[set .. ' ' .. member] = score
    if before[set .. ' ' .. member] ~= score then redis.call('ZADD', ARGV[4] .. set, score, member) end
  end
  for set, _, member in string.gmatch(old, line) do
    if not after[set .. ' ' .. member] then redis.call('ZREM', ARGV[4] .. set, member) end
  end
end

for i = 3, #KEYS do
  local of = 5 + (i - 3) * 7
  local sequence, notices, entries = ARGV[of + 1], ARGV[of + 5], ARGV[of + 6]
  local held = redis.call('HMGET', KEYS[i], 's', 'x')
  if not held[1] or tonumber(held[1]) < tonumber(sequence) then
    if not held[2] then
      enter(entries)
    elseif held[2] ~= entries then
      replace(held[2], entries)
    end
    redis.call('HSET', KEYS[i], 's', sequence, 'b', ARGV[of + 2], 'p', ARGV[of + 3], 't', ARGV[of + 4], 'x', entries)
    if notices ~= '' then
      redis.call('HSET', KEYS[i], 'n', notices)
    elseif held[2] then
      redis.call('HDEL', KEYS[i], 'n')
    end
    redis.call('ZADD', KEYS[2], 0, ARGV[of])
  end
end

if tonumber(ARGV[2]) > tonumber(at[1]) then redis.call('HSET', KEYS[1], 's', ARGV[2]) end
if tonumber(ARGV[3]) > tonumber(at[2] or '0') then redis.call('HSET', KEYS[1], 't', ARGV[3]) end
return 1
