-- Answers where a conversation is answered.
return redis.call('GET', K.teams_talk(ARGV[1]))
