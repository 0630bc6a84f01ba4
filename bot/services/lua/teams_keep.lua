-- use: _kept
-- Keeps what is known of posts; the same again changes nothing.
local name, place, whose = unpack(ARGV, 1, 3)
local key = K.teams_post(name)
redis.call('HSET', key, unpack(ARGV, 4))
redis.call('PEXPIRE', key, T.retention)
note_kept(place, 'teams:post:' .. name, whose)
return 1
