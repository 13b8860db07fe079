-- Raises the barriers of the tags in ARGV[4], each a length (2 bytes) and a name, and tells everybody. Of more tags than
-- are kept, the oldest are dropped.
local holdOffMillis, tags = tonumber(ARGV[3]), ARGV[4]
local epoch, before, floor = openTags(ARGV[2])
local clock = math.max(before + 1, now)

local at = 1
while at <= #tags do
  local name
  name, at = struct.unpack('>Hc0', tags, at)
  local field = 't' .. name
  local known = redis.call('HGET', KEYS[1], field)
  local holdUntil = known and struct.unpack('>I6', known, 7) or 0
  if holdOffMillis > 0 then holdUntil = math.max(holdUntil, now + holdOffMillis) end
  redis.call('HSET', KEYS[1], field, struct.pack('>I6I6', clock, holdUntil))
  redis.call('ZADD', KEYS[2], clock, field)
end

local surplus = redis.call('ZCARD', KEYS[2]) - MOST
if surplus > 0 then
  local dropped = redis.call('ZPOPMIN', KEYS[2], surplus)
  for i = 1, #dropped, 2 do redis.call('HDEL', KEYS[1], dropped[i]) end
  floor = tonumber(dropped[#dropped])
end
saveTags(epoch, clock, floor)
redis.call('PUBLISH', ARGV[1], struct.pack('>Bc2I6I6I6', string.byte('T'), epoch, before, clock, holdOffMillis) .. tags)
return { micros, epoch, clock }
