-- use: _kept
-- Keeps what is known of posts; the same again changes nothing.
local name, place = ARGV[1], ARGV[2]
local key = K.slack_post(name)
redis.call('HSET', key, unpack(ARGV, 3))
redis.call('PEXPIRE', key, T.retention)
note_kept(place, 'slack:post:' .. name, '')
return 1
