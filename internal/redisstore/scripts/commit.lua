-- Writes one plan: everything, or nothing where what it was made from has changed meanwhile.
-- KEYS: 1 head, 2 log, 3 touch, 4 due, 5 age, 6 loose, 7 aliased, then whatever the plan names by number.
-- ARGV is read from front to back, lists with their length ahead (indexes.go writes it in the same order).
-- Answers {verdict, seq of the head before it}: ok, generation, time, record, name or body.
local at = 0
local function arg()
  at = at + 1
  return ARGV[at]
end
local function key() return KEYS[tonumber(arg())] end
local function count() return tonumber(arg()) end
local function both() -- where those of one hash begin and end in ARGV
  local k, n = key(), count()
  at = at + n
  return k, at - n + 1, at
end
local call = redis.call

local head = call('HMGET', KEYS[1], 'seq', 'gen', 'time')
local base = head[1] or '0'
if head[2] ~= arg() then return {'generation', base} end
local time = arg()
if head[3] and tonumber(head[3]) > tonumber(time) then return {'time', base} end
for _ = 1, count() do
  local k, id, version = key(), arg(), arg()
  local have = call('HGET', k, id)
  if (have and string.match(have, '^%d+') or '0') ~= version then return {'record', base} end
end
for _ = 1, count() do
  local k, first, last = both()
  local fields = {}
  for i = first, last, 2 do fields[#fields + 1] = ARGV[i] end
  for i, have in ipairs(call('HMGET', k, unpack(fields))) do
    if (have or '') ~= ARGV[first + 2 * i - 1] then return {'name', base} end
  end
end
local claims = {}
for i = 1, count() do
  claims[i] = arg()
  local since = call('ZSCORE', KEYS[6], claims[i])
  if not since or tonumber(since) == 0 then return {'body', base} end
end

-- From here on nothing is refused.
for _, name in ipairs(claims) do call('ZREM', KEYS[6], name) end
for _ = 1, count() do call('ZADD', KEYS[6], 0, arg()) end
for _ = 1, count() do
  local k, first, last = both()
  call('HSET', k, unpack(ARGV, first, last))
end
for _ = 1, count() do
  local k, field, value = key(), arg(), arg()
  local list, tail, when = key(), arg(), arg()
  call('HSET', k, field, value)
  call('HINCRBY', key(), arg(), arg())
  if when ~= '' then
    -- None is ever taken from the list, so its length is a new number. A member of at most 64 bytes keeps short lists small.
    local m = string.format('%012.0f', call('ZCARD', KEYS[7])) .. tail
    call('ZADD', KEYS[7], when, m)
    call('ZADD', list, when, m)
  end
end

-- A number that begins with + counts from the head: only here it is known.
local function number(s)
  if string.byte(s) ~= 43 then return s end
  return string.format('%.0f', tonumber(base) + tonumber(string.sub(s, 2)))
end
local function member(seq, tail) return string.rep('0', 20 - #seq) .. seq .. tail end
local function rank(shelf, m) return call('ZREVRANK', shelf, m) or 1e9 end
local function touch(section, t)
  local have = call('HGET', KEYS[3], section)
  if not have or tonumber(have) < tonumber(t) then call('HSET', KEYS[3], section, t) end
end

local depth = count()
local last = base
for _ = 1, count() do
  local k, id, tail, version = key(), arg(), arg(), arg()
  local seq, first, changed = number(arg()), number(arg()), arg()
  local oldSeq, oldFirst = number(arg()), number(arg())
  local event, sections = arg(), arg()
  call('HSET', k, id, version .. ' ' .. seq .. ' ' .. first .. ' ' .. changed .. '\n' .. arg())
  local due, age = arg(), arg()
  if due == '' then call('ZREM', KEYS[4], id) else call('ZADD', KEYS[4], due, id) end
  if age == '' then call('ZREM', KEYS[5], id) else call('ZADD', KEYS[5], age, id) end
  if event ~= '' then
    call('XADD', KEYS[2], seq .. '-0', 't', event, 'i', id, 's', sections, 'c', time)
    last = seq
  end
  local touching = arg()
  local old, new = member(oldFirst, tail), member(first, tail)
  for _ = 1, count() do
    local section, shelf, was, score = arg(), key(), arg(), arg()
    local grave, wasGrave, when = key(), arg(), arg()
    local best = 1e9
    if was == '1' then
      if touching ~= '' then best = rank(shelf, old) end
      if score == '' or old ~= new then call('ZREM', shelf, old) end
    end
    if score ~= '' then
      call('ZADD', shelf, score, new)
      if touching ~= '' then best = math.min(best, rank(shelf, new)) end
    end
    if wasGrave == '1' then call('ZREM', grave, member(oldSeq, tail)) end
    if when ~= '' then call('ZADD', grave, when, member(seq, tail)) end
    -- A retraction and its end change the section's tombstones, wherever the item stands.
    if best < depth or touching ~= '' and (event == 'retracted' or event == 'restored') then touch(section, touching) end
  end
end
if last ~= base then call('HSET', KEYS[1], 'seq', last, 'time', time) end
return {'ok', base}
