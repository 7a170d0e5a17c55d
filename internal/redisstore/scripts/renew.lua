-- Begins the log where there is none, and a new generation where the engine lost what this handle has seen.
-- KEYS: 1 head, 2 log.
-- ARGV: 1 the generation known ('' for none), 2 the highest seq seen in it, 3 the newest event time seen,
--       4 the name of a generation to begin.
-- Answers the head: seq, gen, base, time.
local head = redis.call('HMGET', KEYS[1], 'seq', 'gen', 'base', 'time')
local seq, gen, base, time = tonumber(head[1] or '0'), head[2], tonumber(head[3] or '0'), tonumber(head[4] or '0')
local seen = tonumber(ARGV[2])
local whole
if not gen then
  whole = false
elseif ARGV[1] == '' then
  whole = seq >= seen
elseif gen == ARGV[1] then
  whole = seq >= seen
else
  -- Another process began it; its numbers must lie above ours too.
  whole = base > seen
end
if not whole then
  if gen or ARGV[1] ~= '' or seq > 0 or seen > 0 then
    -- One number is left out, so that also a reader that had everything finds its place gone.
    seq = math.max(seq, seen) + 1
    base = seq
  end
  gen = ARGV[4]
  time = math.max(time, tonumber(ARGV[3]))
  redis.call('HSET', KEYS[1], 'seq', string.format('%.0f', seq), 'gen', gen, 'base', string.format('%.0f', base), 'time', string.format('%.0f', time))
  redis.call('DEL', KEYS[2])
end
return {string.format('%.0f', seq), gen, string.format('%.0f', base), string.format('%.0f', time)}
