-- Extends a lease that nobody has overtaken.
local token, leaseMillis = ARGV[2], tonumber(ARGV[3])
local e = load()
if not holdsLease(e, token) then return { micros, 0 } end
e.leaseUntil = now + leaseMillis
save(e)
return { micros, 1 }
