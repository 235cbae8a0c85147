-- Reads the entries behind a place in one or several sets, merged, each with a part of its row.
-- KEYS 1 position (hash), 2 and on sets (sorted sets); rows are named by their members, in the same slot
-- ARGV 1 score and 2 member of the place, 3 limit, 4 '1' to go down from there, else up, 5 what names of rows begin with,
--      6 the part: b, p, t or n, 7 and on the last score of each set, for all or none, up only
-- Result: empty when the generation is not in use, else position, its time, then member, score, sequence, part of each
local position = redis.call('HMGET', KEYS[1], 's', 't')
if not position[1] then return {} end
local limit, down = tonumber(ARGV[3]), ARGV[4] == '1'

-- border counts the entries that lie before the place; going up, the entry at the place counts as before it.
local function border(set)
  local low = redis.call('ZCOUNT', set, '-inf', '(' .. ARGV[1])
  local high = redis.call('ZCOUNT', set, '-inf', ARGV[1])
  while low < high do
    local middle = math.floor((low + high) / 2)
    local member = redis.call('ZRANGE', set, middle, middle)[1]
    if member < ARGV[2] or (member == ARGV[2] and not down) then low = middle + 1 else high = middle end
  end
  return low
end

local found = {}
for i = 2, #KEYS do
  local at = border(KEYS[i])
  local from, to = at, at + limit - 1
  if down then from, to = math.max(0, at - limit), at - 1 end
  if to >= from then
    local entries = redis.call('ZRANGE', KEYS[i], from, to, 'WITHSCORES')
    local last = tonumber(ARGV[5 + i])
    for j = 1, #entries, 2 do
      local order = tonumber(entries[j + 1])
      if last and order > last then break end
      found[#found + 1] = { member = entries[j], score = entries[j + 1], order = order }
    end
  end
end
table.sort(found, function(a, b)
  local before = a.order < b.order or (a.order == b.order and a.member < b.member)
  local equal = a.order == b.order and a.member == b.member
  if down then return not before and not equal end
  return before
end)

local result = { position[1], position[2] or '0' }
for i = 1, math.min(limit, #found) do
  local row = redis.call('HMGET', ARGV[5] .. string.match(found[i].member, '^[^-]+'), 's', ARGV[6])
  result[#result + 1] = found[i].member
  result[#result + 1] = found[i].score
  result[#result + 1] = row[1] or ''
  result[#result + 1] = row[2] or ''
end
return result
