-- Ends a batch of views: it is counted.
-- KEYS: 1 batches counted, 2 batches under way. ARGV: 1 batch.
redis.call('ZADD', KEYS[1], redis.call('TIME')[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 1
