-- The barriers of all tags. The hash TABLE has, in its field 'm', epoch (2 bytes), clock (6), floor (6) and the
-- identity of the primary; in the field of 't' and a tag's name, the tag's barrier (6) and the end of its hold-off (6).
-- The sorted set ORDER has the names of the latter fields, by their barriers.
local MOST = 100000
-- A beat declares no keys.
local TABLE, ORDER = KEYS[1] or ARGV[4], KEYS[2] or ARGV[5]

local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
local now = math.ceil(micros / 1000)

-- Another one after each promotion and each start; that of a server's run would come back with a second promotion.
local replication = redis.call('INFO', 'replication')
local primary = assert(string.match(replication, 'master_replid:(%x+)'), 'corral: INFO tells no master_replid')
if not string.find(replication, 'role:master', 1, true) then
  return redis.error_reply('READONLY a replica does not vouch for its primary')
end

local function saveTags(epoch, clock, floor)
  redis.call('HSET', TABLE, 'm', struct.pack('>c2I6I6c0', epoch, clock, floor, primary))
end

-- A table without a tag: what was stamped before may have been invalidated by a barrier that is lost.
local function makeTags(epoch, clock)
  redis.call('UNLINK', TABLE, ORDER)
  saveTags(epoch, clock, clock)
  return epoch, clock, clock
end

local function another(epoch, than)
  return epoch ~= than and epoch or struct.pack('>H', struct.unpack('>H', than) % 65535 + 1)
end

-- The epoch, clock and floor, or nothing. The table is made anew where a part of it is lost, and where another primary
-- has made it: that one may have acknowledged barriers and invalidations which never came here, so that no entry from
-- its time can be trusted.
local function knownTags(newEpoch)
  local packed = redis.call('HGET', TABLE, 'm')
  if not packed then return nil end
  local epoch, clock, floor, at = struct.unpack('>c2I6I6', packed)
  local whole = redis.call('HLEN', TABLE) - 1 == redis.call('ZCARD', ORDER)
  if whole and string.sub(packed, at) == primary then return epoch, clock, floor end
  return makeTags(another(newEpoch, epoch), math.max(clock + 1, now))
end

local function openTags(newEpoch)
  local epoch, clock, floor = knownTags(newEpoch)
  if epoch then return epoch, clock, floor end
  return makeTags(newEpoch, now)
end
