-- Tells the run of this primary, and the counters of the partitions in ARGV[2], one byte each; ARGV[3] is what their
-- names begin with. Tells the epoch and clock of the tags if ARGV[4] names their table. Whoever hears it has heard
-- every change and every barrier that is counted in it: this server has published them before.
-- No keys are declared, as those of a cluster lie in many slots. What is not of this server is left out.
local ELSEWHERE = string.rep('\0', 7) .. '\1'
local time = redis.call('TIME')
local replication = redis.call('INFO', 'replication')
if not string.find(replication, 'role:master', 1, true) then
  return redis.error_reply('READONLY a replica does not vouch for its primary')
end
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')

local function isHere(reply) return type(reply) ~= 'table' end

local here, counters = {}, {}
for i = 1, #ARGV[2] do
  local partition = string.sub(ARGV[2], i, i)
  local counter = redis.pcall('GET', ARGV[3] .. string.byte(partition) .. '}:f')
  if isHere(counter) then
    here[#here + 1] = partition
    counters[#counters + 1] = partition .. (counter or string.rep('\0', 16))
  end
end

local stamp = ELSEWHERE
if ARGV[4] ~= '' then
  local tags = redis.pcall('HGET', ARGV[4], 'm')
  if isHere(tags) then stamp = tags and string.sub(tags, 1, 8) or string.rep('\0', 8) end
end

if #here > 0 or stamp ~= ELSEWHERE then
  redis.call('PUBLISH', ARGV[1], struct.pack('>BBc0', string.byte('B'), #run, run) .. stamp .. table.concat(counters))
end
return { time[1] * 1000000 + time[2], table.concat(here) }
