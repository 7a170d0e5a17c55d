-- Saves a place under the newest token of a lease.
-- KEYS: 1 leases, 2 cursors. ARGV: 1 name, 2 token, 3 seq.
local have = redis.call('HGET', KEYS[1], ARGV[1])
if not have or string.match(have, '^%d+') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
return 1
