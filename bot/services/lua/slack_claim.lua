-- use: _kept
-- Claims one post; an open claim is "?", the attempt that holds it and when the first one did. Answers yours, taken_before
-- and that time in milliseconds, or done and what was kept.
local name, field, attempt, place, now = unpack(ARGV, 1, 5)
local key = K.slack_post(name)
local kept = redis.call('HGET', key, field)
if kept and string.sub(kept, 1, 1) ~= '?' then return {'done', kept} end
local holder, since = string.match(kept or '', '^%?(%S*) ?(%d*)$')
redis.call('HSET', key, field, '?' .. attempt .. ' ' .. (since or now))
redis.call('PEXPIRE', key, T.retention)
note_kept(place, 'slack:post:' .. name, '')
if holder and holder ~= attempt then return {'taken_before', since} end
return {'yours', ''}
