-- Tells the run of this primary and the counters of the given partitions. ARGV[2] holds their numbers, one byte each,
-- in the order of KEYS. Whoever hears it has heard every change that is counted in it: those were published before.
local time = redis.call('TIME')
local replication = redis.call('INFO', 'replication')
if not string.find(replication, 'role:master', 1, true) then
  return redis.error_reply('READONLY a replica does not vouch for its primary')
end
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local counters = redis.call('MGET', unpack(KEYS))
for i, counter in ipairs(counters) do
  counters[i] = string.sub(ARGV[2], i, i) .. (counter or string.rep('\0', 16))
end
redis.call('PUBLISH', ARGV[1], struct.pack('>BBc0', string.byte('B'), #run, run) .. table.concat(counters))
return { time[1] * 1000000 + time[2] }
