-- Writes requests, each with its row, its entries in sets and what it adds to counters, where it is newer than what is
-- held; then moves the position.
-- KEYS 1 position (hash), 2 ids (sorted set), 3 and on rows (hashes), one of each request; sets are named in its entries,
--      cells and sheets in its counts, in the same slot
-- ARGV 1 position that must have been reached, 2 new position (both "17.4": a sequence of each partition of the record,
--      what is left out at the end is 0), 3 time of it in microseconds, what names begin with: 4 of sets, 5 of cells,
--      6 of sheets, 7 the cells that requests may be the first of (lines of "cell name sheets"), 8 and on of each
--      request: id, sequence, sealed parts b p t n (n may be empty), entries (lines of "set score member"), counts
--      (lines of "cells|counter number counter number")
-- Result: 1, or -1 when the generation is not in use or stands before ARGV 1
local at = redis.call('HMGET', KEYS[1], 's', 't')
if not at[1] then return -1 end

local function sequences(position)
  local all = {}
  for n in string.gmatch(position, '%d+') do all[#all + 1] = tonumber(n) end
  return all
end

local reached, needed = sequences(at[1]), sequences(ARGV[1])
for i = 1, #needed do
  if (reached[i] or 0) < needed[i] then return -1 end
end

local line = '(%S+) (%S+) (%S+)\n'
local most = 1000 -- arguments of a command, far below what unpack takes

-- What new requests enter is written set by set, for most of what an entry costs is the call.
local entering = {} -- set: score, member, score, member ...

local function settle()
  for set, entries in pairs(entering) do
    for from = 1, #entries, most do
      redis.call('ZADD', set, unpack(entries, from, math.min(from + most - 1, #entries)))
    end
  end
  entering = {}
end

local function enter(set, score, member)
  local entries = entering[set] or {}
  entering[set] = entries
  entries[#entries + 1] = score
  entries[#entries + 1] = member
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

-- Requests that are alike count alike: each text of counts is read once, with how often it came and went.
local tally = {}

local function count(counts, n) tally[counts] = (tally[counts] or 0) + n end

for i = 3, #KEYS do
  local of = 8 + (i - 3) * 8
  local sequence, notices, entries, counts = ARGV[of + 1], ARGV[of + 5], ARGV[of + 6], ARGV[of + 7]
  local held = redis.call('HMGET', KEYS[i], 's', 'x', 'c')
  if not held[1] or tonumber(held[1]) < tonumber(sequence) then
    if not held[2] then
      for set, score, member in string.gmatch(entries, line) do enter(ARGV[4] .. set, score, member) end
    elseif held[2] ~= entries then
      settle()
      replace(held[2], entries)
    end
    redis.call('HSET', KEYS[i], 's', sequence, 'b', ARGV[of + 2], 'p', ARGV[of + 3], 't', ARGV[of + 4], 'x', entries, 'c', counts)
    if notices ~= '' then
      redis.call('HSET', KEYS[i], 'n', notices)
    elseif held[2] then
      redis.call('HDEL', KEYS[i], 'n')
    end
    enter(KEYS[2], 0, ARGV[of])
    if held[3] ~= counts then
      count(held[3] or '', -1)
      count(counts, 1)
    end
  end
end
settle()

local changed = {} -- cell, counter: by how much

local function add(counts, times)
  for cells, numbers in string.gmatch(counts, '([^|]*)|([^\n]*)\n') do
    for cell in string.gmatch(cells, '%S+') do
      local by = changed[cell] or {}
      changed[cell] = by
      for counter, n in string.gmatch(numbers, '(%S+) (%S+)') do by[counter] = (by[counter] or 0) + times * tonumber(n) end
    end
  end
end

for counts, times in pairs(tally) do
  if times ~= 0 then add(counts, times) end
end

-- A cell has its name and its sheets while it has a counter; a counter of nothing is none.
local function tell(cell, by)
  local key = ARGV[5] .. cell
  for counter, n in pairs(by) do
    if n ~= 0 and redis.call('HINCRBY', key, counter, string.format('%.0f', n)) == 0 then
      redis.call('HDEL', key, counter)
    end
  end
end

local function enrol(cell, name, sheets)
  if redis.call('HSETNX', ARGV[5] .. cell, 'n', name) == 0 then return end
  redis.call('HSET', ARGV[5] .. cell, 'l', sheets)
  for sheet in string.gmatch(sheets, '[^,]+') do redis.call('SADD', ARGV[6] .. sheet, cell) end
end

local function leave(cell)
  local key = ARGV[5] .. cell
  if redis.call('HLEN', key) > 2 then return end
  for sheet in string.gmatch(redis.call('HGET', key, 'l') or '', '[^,]+') do redis.call('SREM', ARGV[6] .. sheet, cell) end
  redis.call('DEL', key)
end

if next(changed) then
  for cell, name, sheets in string.gmatch(ARGV[7], '(%S+) (%S+) (%S+)\n') do
    if changed[cell] then enrol(cell, name, sheets) end
  end
  for cell, by in pairs(changed) do
    tell(cell, by)
    leave(cell)
  end
end

local upto, position = sequences(ARGV[2]), {}
for i = 1, math.max(#upto, #reached) do
  position[i] = string.format('%.0f', math.max(upto[i] or 0, reached[i] or 0))
end
redis.call('HSET', KEYS[1], 's', table.concat(position, '.'))
if tonumber(ARGV[3]) > tonumber(at[2] or '0') then redis.call('HSET', KEYS[1], 't', ARGV[3]) end
return 1
