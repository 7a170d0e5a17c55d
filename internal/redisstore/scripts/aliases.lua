-- Reads a list of aliases, the last met first.
-- KEYS: 1 head, 2 the list, then the hashes of names in the order of their shards.
-- ARGV: 1 the member before which to go on ('' to begin), 2 how many at most.
-- Answers {seq, gen, base, time, then for each alias its member and what stands in its name}.
local head = redis.call('HMGET', KEYS[1], 'seq', 'gen', 'base', 'time')
local out = {head[1] or '', head[2] or '', head[3] or '', head[4] or ''}
local from = 0
if ARGV[1] ~= '' then
  local rank = redis.call('ZREVRANK', KEYS[2], ARGV[1])
  if not rank then return out end
  from = rank + 1
end
for _, m in ipairs(redis.call('ZREVRANGE', KEYS[2], from, from + tonumber(ARGV[2]) - 1)) do
  local shard, id = tonumber(string.sub(m, 13, 14), 16), string.sub(m, 15)
  out[#out + 1] = m
  out[#out + 1] = redis.call('HGET', KEYS[3 + shard], 'i' .. id) or ''
end
return out
