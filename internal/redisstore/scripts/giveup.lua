-- Gives up bodies that were announced long ago and never named, and answers some of those given up. A score of 0 is final:
-- a plan that would name such a body is refused, so whoever deletes it takes it from nobody.
-- KEYS: 1 loose. ARGV: 1 grace in seconds, 2 how many at most.
local now = tonumber(redis.call('TIME')[1])
local old = redis.call('ZRANGEBYSCORE', KEYS[1], '(0', now - tonumber(ARGV[1]), 'LIMIT', 0, ARGV[2])
for _, name in ipairs(old) do redis.call('ZADD', KEYS[1], 0, name) end
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', 0, 'LIMIT', 0, ARGV[2])
