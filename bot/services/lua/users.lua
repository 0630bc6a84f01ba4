-- Answers the users seen in a workspace.
return redis.call('HKEYS', K.tenant(ARGV[1]))
