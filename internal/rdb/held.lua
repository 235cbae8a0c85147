-- Reads everything that is held of one request, and which of its entries are not in their sets.
-- KEYS 1 position (hash), 2 row (hash), 3 due set; sets are named in the row, in the same slot
-- ARGV 1 what names of sets begin with
-- Result: empty when the generation is not in use, else sequence, b, p, t, n, entries, lost entries; sequence '' when
--         nothing is held
if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
local row = redis.call('HMGET', KEYS[2], 's', 'b', 'p', 't', 'n', 'x')
if not row[1] then return { '', '', '', '', '', '', '' } end
local lost = ''
for set, score, member in string.gmatch(row[6] or '', '(%S+) (%S+) (%S+)\n') do
  local held = redis.call('ZSCORE', ARGV[1] .. set, member)
  -- The sweep moves what is in the due set.
  local moved = ARGV[1] .. set ~= KEYS[3] and held and tonumber(held) ~= tonumber(score)
  if not held or moved then lost = lost .. set .. ' ' .. score .. ' ' .. member .. '\n' end
end
return { row[1], row[2] or '', row[3] or '', row[4] or '', row[5] or '', row[6] or '', lost }
