-- Says which of some items stand on a shelf and where.
-- KEYS: 1 shelf, then the hashes of records in the order of their shards. ARGV: for each item its shard in two hex digits and its id.
-- Answers for each item on the shelf {its place in ARGV, its date, its first seq}, one after another.
local out = {}
for i, v in ipairs(ARGV) do
  local shard, id = string.sub(v, 1, 2), string.sub(v, 3)
  local value = redis.call('HGET', KEYS[2 + tonumber(shard, 16)], id)
  local first = value and string.match(value, '^%d+ %d+ (%d+)')
  if first then
    local date = redis.call('ZSCORE', KEYS[1], string.rep('0', 20 - #first) .. first .. v)
    if date then
      out[#out + 1] = tostring(i - 1)
      out[#out + 1] = date
      out[#out + 1] = first
    end
  end
end
return out
