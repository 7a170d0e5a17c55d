-- Reads the log after a place, together with the head.
-- KEYS: 1 head, 2 log. ARGV: 1 the seq after which, 2 how many at most.
-- Answers {seq, gen, base, time, id of the oldest event ('' for none), then for each event its seq, type, item, sections, time}.
local head = redis.call('HMGET', KEYS[1], 'seq', 'gen', 'base', 'time')
local out = {head[1] or '', head[2] or '', head[3] or '', head[4] or '', ''}
local oldest = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)
if oldest[1] then out[5] = oldest[1][1] end
if tonumber(ARGV[2]) > 0 then
  for _, e in ipairs(redis.call('XRANGE', KEYS[2], '(' .. ARGV[1] .. '-0', '+', 'COUNT', ARGV[2])) do
    local f = e[2]
    out[#out + 1] = e[1]
    for i = 2, 8, 2 do out[#out + 1] = f[i] end
  end
end
return out
