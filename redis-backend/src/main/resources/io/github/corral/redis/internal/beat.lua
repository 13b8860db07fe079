-- Tells the identity of this primary, the time, and the counters of the partitions in ARGV[2], one byte each; ARGV[3] is
-- what their names begin with. Tells the epoch and clock of the tags if ARGV[4] names their table. Whoever hears it has
-- heard every change and every barrier that is counted in it: this server has published them before.
-- No keys are declared, as those of a cluster lie in many slots. What is not of this server is left out.
local ELSEWHERE = string.rep('\0', 7) .. '\1'

local here, counters = {}, {}
for i = 1, #ARGV[2] do
  local partition = string.sub(ARGV[2], i, i)
  local counter = redis.pcall('GET', ARGV[3] .. string.byte(partition) .. '}:f')
  if type(counter) ~= 'table' then
    here[#here + 1] = partition
    counters[#counters + 1] = partition .. (counter or string.rep('\0', 16))
  end
end

local stamp = ELSEWHERE
if ARGV[4] ~= '' then
  local isHere, epoch, clock = pcall(knownTags, ARGV[6])
  if isHere then stamp = epoch and struct.pack('>c2I6', epoch, clock) or string.rep('\0', 8) end
end

if #here > 0 or stamp ~= ELSEWHERE then
  redis.call('PUBLISH', ARGV[1], struct.pack('>BBc0', string.byte('B'), #primary, primary)
    .. stamp .. struct.pack('>I6', now) .. table.concat(counters))
end
return { micros, table.concat(here) }
