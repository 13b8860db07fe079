-- Stores a loaded value under its lease. Whether the lease's own time is over does not matter: only whether anybody
-- has overtaken it.
local token, fromPrimary, keeps, value = ARGV[2], ARGV[3] == '1', tonumber(ARGV[4]), valueFrom(5)
local e = load()
if not holdsLease(e, token) then return committed(OVERTAKEN) end

local granted, hold, window = e.leaseGranted, e.leaseHold, e.leaseWindow
dropLease(e)

local outdated = isBelow(value.version, e.minVersion) or isLowerSchema(value, e)
local versioned = value.version ~= UNVERSIONED and e.minVersion ~= UNVERSIONED
local proven = fromPrimary or (versioned and not less(value.version, e.minVersion))

local bound = math.huge
local function boundBy(time) if time > 0 then bound = math.min(bound, time) end end
if not proven then
  boundBy(hold)
  boundBy(e.holdUntil)
end
boundBy(window)
boundBy(e.writeUntil)

local freshUntil = math.min(granted + value.fresh, bound)
local hardUntil = math.min(granted + value.fresh + value.stale, bound)
if outdated or hardUntil <= now then
  save(e)
  return committed(OUTDATED)
end

-- Nothing is saved where the payload to keep is missing: the lease stays, for a commit with the payload.
if keeps ~= 0 then
  if not e.present or e.id ~= keeps or e.schema ~= value.schema then return committed(MISSING) end
  value.payload = e.payload
end
store(e, value, granted, freshUntil, hardUntil)
voidLease(e)
save(e)
return committed(STORED, e)
