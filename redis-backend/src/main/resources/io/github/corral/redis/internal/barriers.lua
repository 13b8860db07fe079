-- Reads the barriers of all tags as they are kept; TagAnswers.java reads them.
openTags(ARGV[2])
return { micros, redis.call('HGETALL', KEYS[1]) }
