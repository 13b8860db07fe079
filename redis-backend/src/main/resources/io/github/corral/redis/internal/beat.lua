-- Tells the run of this primary, the epoch and clock of the tags, KEYS[1], and the counters of the given partitions,
-- the other keys. ARGV[2] holds their numbers, one byte each. Whoever hears it has heard every change and every barrier
-- that is counted in it: those were published before.
local time = redis.call('TIME')
local replication = redis.call('INFO', 'replication')
if not string.find(replication, 'role:master', 1, true) then
  return redis.error_reply('READONLY a replica does not vouch for its primary')
end
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local counters = redis.call('MGET', unpack(KEYS, 2))
for i, counter in ipairs(counters) do
  counters[i] = string.sub(ARGV[2], i, i) .. (counter or string.rep('\0', 16))
end
local tags = redis.call('HGET', KEYS[1], 'm')
local stamp = tags and string.sub(tags, 1, 8) or string.rep('\0', 8)
redis.call('PUBLISH', ARGV[1], struct.pack('>BBc0', string.byte('B'), #run, run) .. stamp .. table.concat(counters))
return { time[1] * 1000000 + time[2] }
