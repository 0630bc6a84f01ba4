-- Answers a finished plan version.
return redis.call('GET', K.plan(ARGV[1]))
