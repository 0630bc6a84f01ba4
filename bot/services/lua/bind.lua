-- use: _jobs
-- Gives a conversation a further name. What was said there before goes along with its inbox.
local talk, place, job, body, now, nobody = unpack(ARGV, 1, 6)
if redis.call('EXISTS', K.talk(talk)) == 0 then return 0 end
local other = redis.call('GET', K.name(place))
if other and other ~= talk and not redis.call('HGET', K.talk(other), 'v') then
  local items = redis.call('LRANGE', K.inbox(other), 0, -1)
  for _, item in ipairs(items) do redis.call('RPUSH', K.inbox(talk), item) end
  -- All that its log knew goes along; who was forgotten meanwhile does not come back.
  local noted = redis.call('HGETALL', K.log(other))
  for i = 1, #noted, 2 do
    local owner = string.match(noted[i], '^u:(.*)$')
    if not owner or redis.call('HDEL', K.user(owner), other) == 1 then
      redis.call('HSET', K.log(talk), noted[i], noted[i + 1])
      if owner then redis.call('HSET', K.user(owner), talk, 1) end
    end
  end
  redis.call('DEL', K.talk(other), K.inbox(other), K.log(other))
  -- The drain job of the moved words names the other conversation; they get one of their own here.
  if #items > 0 then
    enqueue_noted(job, 'talk', '1 drain:' .. talk, body, now, talk, nobody)
    redis.call('PEXPIRE', K.inbox(talk), T.dialogue)
  end
end
redis.call('SET', K.name(place), talk, 'PX', T.name)
redis.call('HSET', K.talk(talk), 'place', place)
redis.call('HSET', K.log(talk), 't:name:' .. place, 1)
redis.call('PEXPIRE', K.log(talk), T.log)
return 1
