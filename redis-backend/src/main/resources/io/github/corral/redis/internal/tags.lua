-- The barriers of all tags, in the hash KEYS[1]. Its field 'm' holds epoch (2 bytes), clock (6) and floor (6). A field
-- of 't' and a tag's name holds the tag's barrier (6) and the end of its hold-off (6).
local MOST = 100000
local KEPT = MOST - math.floor(MOST / 10)

local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
local now = math.ceil(micros / 1000)

local function saveTags(epoch, clock, floor)
  redis.call('HSET', KEYS[1], 'm', struct.pack('>c2I6I6', epoch, clock, floor))
end

-- The epoch, clock and floor. A table that was lost is made again under the given epoch: what was stamped before may
-- have been invalidated by a barrier that is lost.
local function openTags(epoch)
  local packed = redis.call('HGET', KEYS[1], 'm')
  if packed then return struct.unpack('>c2I6I6', packed) end
  saveTags(epoch, now, now)
  return epoch, now, now
end

-- Drops the oldest tenth, and with them all that were raised together with the last of them.
local function dropOldest()
  local fields, barriers, clocks = redis.call('HGETALL', KEYS[1]), {}, {}
  for i = 1, #fields, 2 do
    if fields[i] ~= 'm' then
      local clock = struct.unpack('>I6', fields[i + 1])
      barriers[fields[i]] = clock
      clocks[#clocks + 1] = clock
    end
  end
  table.sort(clocks)
  local greatest = clocks[#clocks - KEPT]
  for field, clock in pairs(barriers) do
    if clock <= greatest then redis.call('HDEL', KEYS[1], field) end
  end
  return greatest
end
