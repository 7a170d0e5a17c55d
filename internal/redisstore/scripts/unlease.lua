-- Gives a lease back where the holder has it; its token stays.
-- KEYS: 1 leases. ARGV: 1 name, 2 holder.
local have = redis.call('HGET', KEYS[1], ARGV[1])
if not have then return 0 end
local token, holder = string.match(have, '^(%d+) %d+ (.*)$')
if holder ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], token .. ' 0 ' .. holder)
return 1
