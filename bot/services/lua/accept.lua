-- use: _jobs
-- Takes an event in once: dedupe, inbox, drain job. Answers the conversation's id, or false for a duplicate.
local attempt, fresh, place, item, body, now, owner, tenant, user = unpack(ARGV, 1, 9)
local double = false
for i = 10, #ARGV do
  local by = redis.call('GET', K.seen(ARGV[i]))
  if by == attempt then return redis.call('GET', K.name(place)) or fresh end
  if by then double = true end
end
for i = 10, #ARGV do
  redis.call('SET', K.seen(ARGV[i]), attempt, 'PX', T.seen, 'NX')
end
if double then return false end
local talk = redis.call('GET', K.name(place)) or fresh
redis.call('SET', K.name(place), talk, 'PX', T.dialogue)
if redis.call('EXISTS', K.talk(talk)) == 0 then
  redis.call('HSET', K.talk(talk), 'place', place, 'owner', owner)
end
redis.call('PEXPIRE', K.talk(talk), T.dialogue)
redis.call('RPUSH', K.inbox(talk), item)
redis.call('PEXPIRE', K.inbox(talk), T.dialogue)
redis.call('HSET', K.log(talk), 't:name:' .. place, 1, 'u:' .. owner, 1)
redis.call('HSET', K.user(owner), talk, 1)
redis.call('PEXPIRE', K.user(owner), T.retention)
redis.call('HSET', K.tenant(tenant), user, 1)
redis.call('PEXPIRE', K.tenant(tenant), T.retention)
enqueue(attempt, 'talk', '1 drain:' .. talk, body, now, talk, owner)
return talk
