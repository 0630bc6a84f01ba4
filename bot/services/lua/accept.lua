-- use: _jobs
-- use: _lasting
-- use: _listed
-- Takes an event in once: dedupe, inbox, drain job. Answers the conversation's id, or false for a duplicate.
local attempt, fresh, place, item, body, now, owner, spot, reach, own, kind = unpack(ARGV, 1, 11)
local double = false
for i = 12, #ARGV do
  local key = K.seen(ARGV[i])
  if not redis.call('SET', key, attempt, 'PX', T.seen, 'NX') then
    if redis.call('GET', key) == attempt then return redis.call('GET', K.name(place)) or fresh end
    double = true
  end
end
if double then return false end
local talk = redis.call('GET', K.name(place)) or fresh
-- Commits keep what is there alive, so only what is new, or might end before this event is committed, gets its TTL here.
local new = redis.call('HSETNX', K.talk(talk), 'place', place) == 1
if redis.call('RPUSH', K.inbox(talk), item) == 1 then redis.call('PEXPIRE', K.inbox(talk), T.dialogue) end
redis.call('HSET', K.log(talk), 't:name:' .. place, 1, 'u:' .. owner, 1, 't:job:' .. attempt, 1)
if new then redis.call('HSET', K.talk(talk), 'owner', owner) end
if new or lacks(K.talk(talk), T.dialogue) then
  for _, key in ipairs({K.talk(talk), K.long(talk), K.inbox(talk)}) do redis.call('PEXPIRE', key, T.dialogue) end
  redis.call('PEXPIRE', K.log(talk), T.log)
end
keep_listed(owner, talk, now)
if new or lacks(K.name(place), T.name) then
  redis.call('SET', K.name(place), talk, 'PX', T.name)
  redis.call('PEXPIRE', K.log(talk), T.log)
end
-- How the place is reached is kept with each event, so that an answer always finds its way.
if reach ~= '' and kind == 'command' then
  redis.call('HSET', K.slack_answer(spot), 'url', reach)
  redis.call('PEXPIRE', K.slack_answer(spot), T.answer_url)
elseif reach ~= '' then
  redis.call('SET', K.teams_talk(spot), reach, 'PX', T.retention)
  if own == '1' then redis.call('HSET', K.log(talk), 't:key:teams:talk:' .. spot, 1) end
end
enqueue(attempt, 'talk', '1 drain:' .. talk, body, now, talk, owner)
return talk
