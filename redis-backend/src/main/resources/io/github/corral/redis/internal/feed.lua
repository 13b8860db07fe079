-- Counts a change of the entry in its partition, KEYS[2], and tells everybody. The counter is new if there is none:
-- then ARGV[2] is its identity.
local function publish(change)
  local counter = redis.call('GET', KEYS[2])
  local epoch, sequence = ARGV[2], 0
  if counter then epoch, sequence = struct.unpack('>c8I8', counter) end
  counter = struct.pack('>c8I8', epoch, sequence + 1)
  redis.call('SET', KEYS[2], counter)
  redis.call('PUBLISH', ARGV[1], 'C' .. change .. counter .. KEYS[1])
end

-- 'H': the value is gone. 'S': it is stale.
local function invalidate(e, mode, holdOffMillis)
  voidLease(e)
  if mode == 'H' then dropValue(e) else e.freshUntil = math.min(e.freshUntil, now) end
  holdOff(e, holdOffMillis)
  if e.writeUntil > now then e.contended = true end
  save(e)
  publish(mode)
end
