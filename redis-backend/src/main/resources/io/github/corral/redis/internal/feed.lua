-- Counts a change of an entry in its partition's counter, and tells everybody. The counter is new if there is none: then
-- ARGV[2] is its identity.
local function count(key, change, entry)
  local counter = redis.call('GET', key)
  local epoch, sequence = ARGV[2], 0
  if counter then epoch, sequence = struct.unpack('>c8I8', counter) end
  counter = struct.pack('>c8I8', epoch, sequence + 1)
  redis.call('SET', key, counter)
  redis.call('PUBLISH', ARGV[1], 'C' .. change .. counter .. entry)
end

-- Without a counter, as while the slot moves to another server, the change is counted afterwards by count.lua.
local function publish(change)
  if KEYS[2] then count(KEYS[2], change, KEYS[1]) end
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
