local function unpackInto(e, packed)
  local format, flags = struct.unpack('>BH', packed)
  if format ~= FORMAT or flags > ALL then error('damaged') end
  local at = 4
  local function has(flag) return bit.band(flags, flag) ~= 0 end
  local function take(layout)
    local values = { struct.unpack(layout, packed, at) }
    at = table.remove(values)
    return unpack(values)
  end
  if has(VALUE) then
    local fresh, hard
    e.present = true
    e.schema, e.id, fresh, hard, e.cost = take('>HI6I5I5I3')
    e.freshUntil, e.hardUntil = fromDistance(e, fresh), fromDistance(e, hard)
    e.life = e.freshUntil - e.id
  end
  if has(LIFE) then e.life = take('>I5') end
  if has(VERSION) then e.version = take('c8') end
  if has(STAMP) then e.stamp = take('c8') end
  if has(TAGS) then e.tags = take('>I3c0') end
  if has(LEASE) then
    e.lease, e.leaseGranted, e.leaseUntil, e.leaseHold, e.leaseWindow = take('>c8I6I6I6I6')
  end
  if has(WRITE) then e.write, e.writeUntil, e.writeHold = take('>c8I6I5') end
  if has(HOLD) then e.holdUntil, e.minVersion = take('>I6c8') end
  if has(ERROR) then e.errorUntil, e.errorCount, e.errorClass = take('>I6BHc0') end
  e.waiters, e.contended = has(WAITERS), has(CONTENDED)
  if has(VALUE) and not has(ABSENT) then e.payload = string.sub(packed, at) end
end

-- What cannot be unpacked was damaged, and counts as absent. But what a later version wrote is let be.
local function load()
  local e = blank()
  local packed = redis.call('GET', KEYS[1])
  local format = packed and string.byte(packed) or 0
  if format > FORMAT then error('corral: an entry has format ' .. format .. ', not ' .. FORMAT) end
  if packed and not pcall(unpackInto, e, packed) then return blank() end
  if deadline(e) + GRACE <= now then return blank() end
  forgetExpired(e)
  return e
end

local function pack(e)
  local flags, parts = (e.waiters and WAITERS or 0) + (e.contended and CONTENDED or 0), {}
  local function put(flag, layout, ...)
    flags = flags + flag
    parts[#parts + 1] = struct.pack(layout, ...)
  end
  if e.present then
    local fresh, hard = toDistance(e, e.freshUntil), toDistance(e, e.hardUntil)
    put(VALUE, '>HI6I5I5I3', e.schema, e.id, fresh, hard, e.cost)
    if e.freshUntil ~= e.id + e.life then put(LIFE, '>I5', e.life) end
    if e.version ~= UNVERSIONED then put(VERSION, 'c8', e.version) end
    if e.stamp ~= UNSTAMPED then put(STAMP, 'c8', e.stamp) end
    if e.tags ~= '' then put(TAGS, '>I3c0', #e.tags, e.tags) end
    if not e.payload then flags = flags + ABSENT end
  end
  if e.lease ~= NOBODY then
    put(LEASE, '>c8I6I6I6I6', e.lease, e.leaseGranted, e.leaseUntil, e.leaseHold, e.leaseWindow)
  end
  if e.writeUntil > now then put(WRITE, '>c8I6I5', e.write, e.writeUntil, e.writeHold) end
  if e.holdUntil > now then put(HOLD, '>I6c8', e.holdUntil, e.minVersion) end
  if e.errorUntil > 0 then put(ERROR, '>I6BHc0', e.errorUntil, e.errorCount, #e.errorClass, e.errorClass) end
  return struct.pack('>BH', FORMAT, flags) .. table.concat(parts) .. (e.payload or '')
end

-- Keeps the entry no longer than it matters, and then wakes those who wait for a lease that has ended.
local function save(e)
  local last = deadline(e)
  if last > now then
    redis.call('SET', KEYS[1], pack(e), 'PX', last - now + GRACE)
  else
    redis.call('DEL', KEYS[1])
  end
  if e.wake then redis.call('PUBLISH', ARGV[1], 'E' .. KEYS[1]) end
end
