-- Reads some of the tags' barriers as they are kept: those at the cursor ARGV[3], and the next one; TagPages.java reads
-- them. All at once would hold up everybody else.
openTags(ARGV[2])
local page = redis.call('HSCAN', KEYS[1], ARGV[3], 'COUNT', 500)
return { micros, redis.call('HGET', KEYS[1], 'm'), page[1], page[2] }
