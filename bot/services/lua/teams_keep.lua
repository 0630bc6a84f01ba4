-- Keeps what is known of posts; the same again changes nothing.
local key = K.teams_post(ARGV[1])
redis.call('HSET', key, unpack(ARGV, 2))
redis.call('PEXPIRE', key, T.retention)
return 1
