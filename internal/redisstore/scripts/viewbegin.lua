-- Begins a batch of views, unless it is counted already.
-- KEYS: 1 batches counted, 2 batches under way, 3 to 5 the indexes of buckets.
-- ARGV: 1 batch, 2 seconds a batch is remembered, 3 to 5 the buckets it falls in, of five minutes, an hour, a day.
-- Answers 1, or 0 where it is counted.
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[2], 'NX', now, ARGV[1])
for i = 3, 5 do redis.call('ZADD', KEYS[i], ARGV[i], ARGV[i]) end
return 1
