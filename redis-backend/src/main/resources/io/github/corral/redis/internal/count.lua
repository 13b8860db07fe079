-- Counts a change, and tells everybody, of an entry whose own part is done: ARGV[3] is the change, ARGV[4] the entry.
count(KEYS[1], ARGV[3], ARGV[4])
return { micros }
