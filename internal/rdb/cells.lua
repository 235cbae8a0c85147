-- Reads cells with their counters, without what some requests add to them.
-- KEYS 1 position (hash), 2 and on cells (hashes), after them rows (hashes) of the requests that are left out
-- ARGV 1 how many cells, 2 what names of cells begin with
-- Result: empty when the generation is not in use, else position, its time, then of each cell the number of strings that
--         follow, and its fields and values; none of a cell to which nothing else adds
local position = redis.call('HMGET', KEYS[1], 's', 't')
if not position[1] then return {} end
local last = 1 + tonumber(ARGV[1])

local hidden = {} -- cell, counter: how much is left out
for i = 2, last do hidden[KEYS[i]] = {} end
for i = last + 1, #KEYS do
  for cells, numbers in string.gmatch(redis.call('HGET', KEYS[i], 'c') or '', '([^|]*)|([^\n]*)\n') do
    for cell in string.gmatch(cells, '%S+') do
      local of = hidden[ARGV[2] .. cell]
      if of then
        for counter, n in string.gmatch(numbers, '(%S+) (%S+)') do of[counter] = (of[counter] or 0) + tonumber(n) end
      end
    end
  end
end

-- The name and the sheets of a cell, in n and l, are no counters: those have longer names.
local function seen(key)
  local cell, left, counters = redis.call('HGETALL', key), {}, 0
  for j = 1, #cell, 2 do
    local field, value, of = cell[j], cell[j + 1], hidden[key][cell[j]]
    if of then value = string.format('%.0f', tonumber(value) - of) end
    if value ~= '0' then
      left[#left + 1], left[#left + 2] = field, value
      if #field > 1 then counters = counters + 1 end
    end
  end
  if counters == 0 then return {} end
  return left
end

local result = { position[1], position[2] or '0' }
for i = 2, last do
  local cell = seen(KEYS[i])
  result[#result + 1] = tostring(#cell)
  for j = 1, #cell do result[#result + 1] = cell[j] end
end
return result
