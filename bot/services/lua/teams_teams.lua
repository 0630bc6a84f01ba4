-- Answers the teams of a tenant the bot is installed in.
return redis.call('HVALS', K.reference(ARGV[1]))
