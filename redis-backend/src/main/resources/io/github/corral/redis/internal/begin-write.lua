-- Opens a write window, which no stored value outlives, and after which there is a hold-off. Overlapping windows are contended, whoever began first.
local token, windowMillis, holdOffMillis = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local e = load()
voidLease(e)
local overlaps = e.writeUntil > now and (e.contended or e.write ~= token)
e.writeUntil = math.max(e.writeUntil, now + windowMillis) + (overlaps and windowMillis or 0)
e.contended = e.contended or overlaps
e.write = token
e.writeHold = math.max(e.writeHold, holdOffMillis)
e.freshUntil = math.min(e.freshUntil, e.writeUntil)
e.hardUntil = math.min(e.hardUntil, e.writeUntil)
save(e)
publish('W')
return { micros }
