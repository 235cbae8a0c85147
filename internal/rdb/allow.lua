-- Spends one call of an allowance: limit.Rate.Take, on what all gateways share.
-- KEYS 1 when the burst is whole again (string, absent: it is)
-- ARGV 1 now, 2 what a call costs, 3 what the whole burst costs, in microseconds
-- Result: 1 when the call is let in, else 0; when the burst is whole again after it, as text
local now, interval, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full = tonumber(redis.call('GET', KEYS[1]) or ARGV[1])
if full < now or full > now + window then full = now end
if full + interval > now + window then return { 0, string.format('%.0f', full) } end
full = full + interval
local text = string.format('%.0f', full)
redis.call('SET', KEYS[1], text, 'PX', math.ceil((full - now) / 1000))
return { 1, text }
