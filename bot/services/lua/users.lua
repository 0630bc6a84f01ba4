-- Answers the users of a workspace of whom something may be kept.
return redis.call('ZRANGE', K.tenant(ARGV[1]), 0, -1)
