-- Tells all that is known of an entry, and changes nothing.
local e = load()
local function remaining(time) return math.max(0, time - now) end
local reply = {
  micros,
  e.schema,
  e.version,
  e.lease ~= NOBODY and remaining(e.leaseUntil) or 0,
  e.waiters and 1 or 0,
  remaining(e.holdUntil),
  e.minVersion,
  remaining(e.writeUntil),
  e.contended and 1 or 0,
  remaining(e.errorUntil),
  e.errorCount,
  e.errorClass,
}
if e.present then reply[#reply + 1] = stored(e) end
return reply
