-- Answers the word left for a running writer.
return redis.call('HGET', K.flags(ARGV[1]), ARGV[2])
