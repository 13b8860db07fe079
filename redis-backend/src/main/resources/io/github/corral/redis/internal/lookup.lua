-- Reads an entry and, when it is not fresh, grants the lease to fill it.
local mode, held, token, previous = ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]
local leaseMillis, schema = tonumber(ARGV[6]), tonumber(ARGV[7])
local e = load()
local usable = e.present and e.schema == schema

local function reply(kind, detail, class)
  return { micros, kind, detail, class or '', usable and stored(e) or nil }
end

if usable and e.freshUntil > now and not (mode == 'REFRESH' and e.id == held) then return reply(HIT, 0) end

if e.lease ~= NOBODY and e.leaseUntil > now and e.lease ~= token and e.lease ~= previous then
  if mode ~= 'PEEK' and not e.waiters then
    e.waiters = true
    save(e)
  end
  return reply(BUSY, e.leaseUntil - now)
end

if mode == 'PEEK' then return reply(BUSY, 0) end
if e.errorUntil > now then return reply(FAILING, e.errorUntil - now, e.errorClass) end

-- The lease remembers the hold-off and the window that it was granted in: they bound what it will bring.
e.lease, e.leaseGranted, e.leaseUntil = token, now, now + leaseMillis
e.leaseHold, e.leaseWindow = e.holdUntil, e.writeUntil
save(e)
return reply(GRANTED, e.holdUntil > now and 1 or 0)
