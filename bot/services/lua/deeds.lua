-- Answers the lines of the audit log from a time on, oldest first.
return redis.call('ZRANGEBYSCORE', K.audit(), ARGV[1], '+inf', 'LIMIT', 0, ARGV[2])
