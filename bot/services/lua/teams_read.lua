-- Answers all that was kept of posts under a name.
return redis.call('HGETALL', K.teams_post(ARGV[1]))
