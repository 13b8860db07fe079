-- Stores what was written if no other write, and no invalidation, fell into its window; else invalidates.
local token, holdOffMillis, value = ARGV[3], tonumber(ARGV[4]), valueFrom(5)
local e = load()
local own = token ~= NOBODY and e.writeUntil > now and not e.contended and e.write == token
local below = (e.present and isBelow(value.version, e.version)) or isBelow(value.version, e.minVersion)
local older = below or isLowerSchema(value, e)
if not own or older then
  invalidate(e, 'H', holdOffMillis)
  return committed(OVERTAKEN)
end

voidLease(e)
store(e, value, now, now + value.fresh, now + value.fresh + value.stale)
closeWindow(e)
holdOff(e, holdOffMillis)
local greater = e.minVersion == UNVERSIONED or isBelow(e.minVersion, value.version)
if e.holdUntil > now and value.version ~= UNVERSIONED and greater then e.minVersion = value.version end
save(e)
publish('H')
return committed(STORED, e)
