-- Reads a section at one moment.
-- KEYS: 1 head, 2 touch, 3 shelf, 4 graves, then the hashes of records in the order of their shards.
-- ARGV: 1 section, 2 how many items at most, 3 how many retractions at most.
-- Answers {seq, gen, base, time, touch time, number of graves, then each grave's member and score, then each record}.
local head = redis.call('HMGET', KEYS[1], 'seq', 'gen', 'base', 'time')
local out = {head[1] or '', head[2] or '', head[3] or '', head[4] or '', redis.call('HGET', KEYS[2], ARGV[1]) or ''}
local graves = redis.call('ZREVRANGE', KEYS[4], 0, tonumber(ARGV[3]) - 1, 'WITHSCORES')
out[6] = tostring(#graves / 2)
for _, v in ipairs(graves) do out[#out + 1] = v end
if tonumber(ARGV[2]) > 0 then
  for _, m in ipairs(redis.call('ZREVRANGE', KEYS[3], 0, tonumber(ARGV[2]) - 1)) do
    local shard = tonumber(string.sub(m, 21, 22), 16)
    out[#out + 1] = redis.call('HGET', KEYS[5 + shard], string.sub(m, 23)) or ''
  end
end
return out
