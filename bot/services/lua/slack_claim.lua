-- use: _kept
-- Claims one post; an open claim is "?" and the attempt that holds it. Answers yours, taken_before or done and what was kept.
local name, field, attempt, place = unpack(ARGV, 1, 4)
local key = K.slack_post(name)
local kept = redis.call('HGET', key, field)
if kept and string.sub(kept, 1, 1) ~= '?' then return {'done', kept} end
redis.call('HSET', key, field, '?' .. attempt)
redis.call('PEXPIRE', key, T.retention)
note_kept(place, 'slack:post:' .. name, '')
if kept and kept ~= '?' .. attempt then return {'taken_before', ''} end
return {'yours', ''}
