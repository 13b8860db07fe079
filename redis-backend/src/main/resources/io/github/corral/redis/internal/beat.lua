-- Tells the identity of this primary, the epoch and clock of the tags, the time, and the counters of the given partitions,
-- KEYS[3] and on. ARGV[2] holds their numbers, one byte each. Whoever hears it has heard every change and every barrier
-- that is counted in it: those were published before.
local counters = redis.call('MGET', unpack(KEYS, 3))
for i, counter in ipairs(counters) do
  counters[i] = string.sub(ARGV[2], i, i) .. (counter or string.rep('\0', 16))
end
local epoch, clock = knownTags(ARGV[3])
local stamp = epoch and struct.pack('>c2I6', epoch, clock) or string.rep('\0', 8)
redis.call('PUBLISH', ARGV[1], struct.pack('>BBc0', string.byte('B'), #primary, primary)
  .. stamp .. struct.pack('>I6', now) .. table.concat(counters))
return { micros }
