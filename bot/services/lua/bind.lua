-- use: _jobs
-- use: _lasting
-- Gives a conversation a further name. What was said there before goes along with its inbox.
local talk, place, job, body, now, nobody = unpack(ARGV, 1, 6)
if redis.call('EXISTS', K.talk(talk)) == 0 then return 0 end
local other = redis.call('GET', K.name(place))
if other and other ~= talk and not redis.call('HGET', K.talk(other), 'v') then
  local items = redis.call('LRANGE', K.inbox(other), 0, -1)
  local speakers = redis.call('HKEYS', K.log(other))
  for _, item in ipairs(items) do redis.call('RPUSH', K.inbox(talk), item) end
  for _, field in ipairs(speakers) do
    local owner = string.match(field, '^u:(.*)$')
    if owner and redis.call('HEXISTS', K.user(owner), other) == 1 then
      redis.call('HSET', K.log(talk), field, 1)
      redis.call('HSET', K.user(owner), talk, 1)
      redis.call('HDEL', K.user(owner), other)
    end
  end
  redis.call('DEL', K.talk(other), K.inbox(other))
  -- The drain job of the moved words names the other conversation; they get one of their own here.
  if #items > 0 then
    enqueue_noted(job, 'talk', '1 drain:' .. talk, body, now, talk, nobody)
    redis.call('PEXPIRE', K.inbox(talk), T.dialogue)
  end
end
redis.call('SET', K.name(place), talk, 'PX', longer(T.dialogue))
redis.call('HSET', K.talk(talk), 'place', place)
redis.call('HSET', K.log(talk), 't:name:' .. place, 1)
redis.call('PEXPIRE', K.log(talk), T.dialogue)
return 1
