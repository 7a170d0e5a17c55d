-- Takes or prolongs a lease, by the server's clock.
-- KEYS: 1 leases. ARGV: 1 name, 2 holder, 3 milliseconds, 4 the highest token this handle has seen.
-- A lease is "token end holder"; it stays after its end, for tokens only rise. Answers {token} or {'', milliseconds left}.
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
local have = redis.call('HGET', KEYS[1], ARGV[1])
local token, ends, holder
if have then token, ends, holder = string.match(have, '^(%d+) (%d+) (.*)$') end
local free = not token or tonumber(ends) <= now
if not free and holder ~= ARGV[2] then return {'', tostring(tonumber(ends) - now)} end
if free then
  token = string.format('%.0f', math.max(tonumber(token or '0'), tonumber(ARGV[4])) + 1)
end
redis.call('HSET', KEYS[1], ARGV[1], token .. ' ' .. string.format('%.0f', now + tonumber(ARGV[3])) .. ' ' .. ARGV[2])
return {token}
