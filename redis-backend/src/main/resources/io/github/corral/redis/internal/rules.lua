-- What several scripts do to an entry.
local HIT, GRANTED, BUSY, FAILING = 0, 1, 2, 3
local STORED, OVERTAKEN, OUTDATED, MISSING = 0, 1, 2, 3

-- Versions are compared as numbers: Lua compares strings by the server's locale.
local function less(version, other)
  local high, low = struct.unpack('>I4I4', version)
  local otherHigh, otherLow = struct.unpack('>I4I4', other)
  return high < otherHigh or (high == otherHigh and low < otherLow)
end

local function isBelow(version, other)
  return version ~= UNVERSIONED and other ~= UNVERSIONED and less(version, other)
end

local function isLowerSchema(value, e) return e.present and e.schema > value.schema end

local function holdsLease(e, token) return token ~= NOBODY and e.lease == token end

local function dropLease(e)
  e.lease, e.leaseGranted, e.leaseUntil, e.leaseHold, e.leaseWindow = NOBODY, 0, 0, 0, 0
  e.wake = e.wake or e.waiters
  e.waiters = false
end

local function voidLease(e)
  dropLease(e)
  e.errorUntil, e.errorCount, e.errorClass = 0, 0, ''
end

local function holdOff(e, millis)
  if millis > 0 then e.holdUntil = math.max(e.holdUntil, now + millis) end
end

-- A value: its arguments, from the given one on, in the order in which ScriptedTier sends them.
local function valueFrom(i)
  return {
    payload = ARGV[i + 1] == '1' and ARGV[i] or nil,
    fresh = tonumber(ARGV[i + 2]),
    stale = tonumber(ARGV[i + 3]),
    cost = tonumber(ARGV[i + 4]),
    version = ARGV[i + 5],
    schema = tonumber(ARGV[i + 6]),
    stamp = ARGV[i + 7],
    tags = ARGV[i + 8],
  }
end

local function store(e, value, id, freshUntil, hardUntil)
  e.id = (e.present and e.id == id) and id + 1 or id
  e.present, e.payload, e.schema, e.life = true, value.payload, value.schema, value.fresh
  e.freshUntil, e.hardUntil, e.cost, e.version = freshUntil, hardUntil, value.cost, value.version
  e.stamp, e.tags = value.stamp, value.tags
end

-- A value as a reply tells it: the remaining times, and whether there is a payload at all.
local function stored(e)
  local fresh, hard = e.freshUntil - now, e.hardUntil - now
  return { e.id, fresh, hard, e.life, e.cost, e.stamp, e.tags, e.payload or false }
end

local function committed(verdict, e)
  if verdict ~= STORED then return { micros, verdict, 0, 0, 0 } end
  return { micros, verdict, e.id, e.freshUntil - now, e.hardUntil - now }
end
