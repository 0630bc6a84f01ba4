-- Answers the conversation that a place names.
return redis.call('GET', K.name(ARGV[1]))
