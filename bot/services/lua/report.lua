-- Answers one job with where it is, for an operator.
return redis.call('HMGET', K.job(ARGV[1]), 'body', 'talk', 'where', 'lane', 'starts', 'worker', 'reason', 'poison')
