-- Announces bodies that are about to be written, so that one that is never named can be found and swept.
-- KEYS: 1 loose. ARGV: their names.
local now = redis.call('TIME')[1]
for _, name in ipairs(ARGV) do redis.call('ZADD', KEYS[1], now, name) end
return #ARGV
