-- Ends a lease whose load failed, and opens the error window.
local token, class, least, most = ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local e = load()
if not holdsLease(e, token) then return { micros } end
dropLease(e)
if least > 0 then
  e.errorUntil = now + math.min(most, least * 2 ^ e.errorCount)
  e.errorCount = math.min(e.errorCount + 1, 30)
  e.errorClass = class
end
save(e)
return { micros }
