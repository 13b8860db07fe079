-- The entry under KEYS[1], unpacked into a table and packed again; EntryLayout.java describes the bytes.
-- ARGV[1] is the feed's channel. Times are milliseconds of this server's clock; rounded up, so that a remaining time
-- never reaches past its deadline.
local NOBODY = string.rep('\0', 8)
local UNSTAMPED = string.rep('\0', 8)
local UNVERSIONED = string.rep('\255', 8)
local GRACE, AHEAD, FORMAT = 1000, 65536, 1
local VALUE, ABSENT, VERSION, STAMP, LIFE = 1, 2, 4, 8, 16
local LEASE, WAITERS, WRITE, CONTENDED, HOLD, ERROR, TAGS = 32, 64, 128, 256, 512, 1024, 2048
local ALL = 4095

local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
local now = math.ceil(micros / 1000)

local function dropValue(e)
  e.present, e.payload, e.stamp, e.tags, e.schema, e.id, e.life = false, nil, UNSTAMPED, '', 0, 0, 0
  e.freshUntil, e.hardUntil, e.cost, e.version = 0, 0, 0, UNVERSIONED
end

local function closeWindow(e) e.write, e.writeUntil, e.writeHold, e.contended = NOBODY, 0, 0, false end

local function blank()
  local e = { waiters = false, wake = false }
  dropValue(e)
  e.lease, e.leaseGranted, e.leaseUntil, e.leaseHold, e.leaseWindow = NOBODY, 0, 0, 0, 0
  closeWindow(e)
  e.holdUntil, e.minVersion = 0, UNVERSIONED
  e.errorUntil, e.errorCount, e.errorClass = 0, 0, ''
  return e
end

-- The last point in time at which any part is in force. A lease that ran out counts: its token may still commit.
local function deadline(e)
  local value = e.present and e.hardUntil or 0
  local lease = e.lease ~= NOBODY and e.leaseUntil or 0
  return math.max(value, lease, e.writeUntil + e.writeHold, e.holdUntil, e.errorUntil)
end

local function forgetExpired(e)
  if e.hardUntil <= now then dropValue(e) end
  if e.writeUntil <= now then
    e.holdUntil = math.max(e.holdUntil, e.writeUntil + e.writeHold)
    closeWindow(e)
  end
  if e.holdUntil <= now then e.holdUntil, e.minVersion = 0, UNVERSIONED end
end

-- A deadline is kept as its distance to the id, so far ahead that it is positive; 0 is a deadline long past.
local function toDistance(e, time) return math.max(0, time - e.id + AHEAD) end
local function fromDistance(e, distance) return distance > 0 and distance + e.id - AHEAD or 0 end
