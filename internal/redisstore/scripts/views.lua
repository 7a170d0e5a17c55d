-- Adds a batch of views to one bucket, once.
-- KEYS: 1 counts, 2 batches that are in them. ARGV: 1 batch id, 2 seconds a batch is remembered,
--       3 seconds the bucket lives after its last batch (0 for ever), then ids and counts by turns.
-- The field v of the counts changes with every batch; it starts at the clock, so that a bucket made anew is told from the old.
local t = redis.call('TIME')
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', tonumber(t[1]) - tonumber(ARGV[2]))
if redis.call('ZADD', KEYS[2], 'NX', t[1], ARGV[1]) == 0 then return 0 end
redis.call('EXPIRE', KEYS[2], ARGV[2])
if redis.call('HSETNX', KEYS[1], 'v', t[1] .. string.sub('00000' .. t[2], -6)) == 0 then redis.call('HINCRBY', KEYS[1], 'v', 1) end
for i = 4, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], 'i' .. ARGV[i], ARGV[i + 1]) end
if ARGV[3] ~= '0' then redis.call('EXPIRE', KEYS[1], ARGV[3]) end
return 1
