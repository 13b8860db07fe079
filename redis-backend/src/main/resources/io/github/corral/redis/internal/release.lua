-- Hands a lease back unused.
local e = load()
if holdsLease(e, ARGV[2]) then
  dropLease(e)
  save(e)
end
return { micros }
