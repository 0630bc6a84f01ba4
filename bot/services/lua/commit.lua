-- use: _jobs
-- use: _lasting
-- use: _listed
-- Saves a turn: known event first, then the version, then the inbox; the effects become one perform job, the one that
-- drains where it can.
local talk, attempt, event, mark, version, now, owner, lane, keys, body, changed, job, held = unpack(ARGV, 1, 13)
local log, inbox, committed = K.log(talk), K.inbox(talk), K.committed(mark)
local heads = redis.call('LRANGE', inbox, 0, 1)
local prefix = event .. '\n'
local first = heads[1] and string.sub(heads[1], 1, #prefix) == prefix
local by = redis.call('GET', committed)
-- A committed turn is answered whether more waits, or that the job that drained goes on with the effects.
if by == attempt then
  local turned = job ~= '' and redis.call('HGET', K.job(job), 'turned') == attempt
  return turned and 'yours' or heads[1] and 'more' or 'done'
end
if by then
  -- Redelivered: its turn is saved, so only the copy in the inbox goes.
  if first then redis.call('LPOP', inbox) end
  return 'known'
end
-- Of one that was forgotten nothing is left here.
local known = redis.call('HMGET', K.talk(talk), 'place', 'v', 'owner')
if not known[1] then return 'forgotten' end
if (known[2] or '0') ~= version then return 'conflict' end
if not first then
  for _, item in ipairs(redis.call('LRANGE', inbox, 0, -1)) do
    if string.sub(item, 1, #prefix) == prefix then return 'conflict' end
  end
  return 'forgotten'
end
redis.call('LPOP', inbox)
-- Fields set and deleted, short and long.
local short, short_gone, long, long_gone = unpack(changed)
redis.call('HSET', K.talk(talk), 'v', version + 1, unpack(short))
if #short_gone > 0 then redis.call('HDEL', K.talk(talk), unpack(short_gone)) end
if #long > 0 then redis.call('HSET', K.long(talk), unpack(long)) end
if #long_gone > 0 then redis.call('HDEL', K.long(talk), unpack(long_gone)) end
-- Where nothing else is to be said before, and nothing waits, the job that drained becomes the one that performs: it
-- need not be fetched again.
local line = string.match(keys, '^1 ([^\n]+)$')
local function turn_job()
  if job == '' or body == '' or not line then return false end
  local drains = redis.call('HMGET', K.job(job), 'attempt', 'keys')
  if drains[1] ~= held or heads[2] or redis.call('SCARD', K.slots(line)) > 0 then return false end
  release(job, drains[2])
  redis.call('SADD', K.slots(line), job)
  redis.call('HSET', K.job(job), 'body', body, 'keys', keys, 'owner', owner, 'at', now, 'starts', 1, 'deaths', 0,
    'begun', '', 'turned', attempt)
  return true
end
local turned = turn_job()
if body ~= '' and not turned then
  if line then
    enqueue_in_line(attempt, lane, line, body, now, talk, owner)
  else
    enqueue(attempt, lane, keys, body, now, talk, owner)
  end
  redis.call('HSET', log, 't:job:' .. attempt, 1)
end
-- An event is remembered as long as a door may send it again, not as long as the dialogue lives: one that never pauses
-- would collect them without end.
redis.call('SET', committed, attempt, 'PX', T.seen)
-- Others keep alive what one who is silent has opened, and `forget` finds it through that one's index.
if known[3] and known[3] ~= owner then keep_listed(known[3], talk, now) end
local lives = not lacks(K.talk(talk), T.dialogue)
if not lives then
  redis.call('PEXPIRE', K.talk(talk), T.dialogue)
  redis.call('PEXPIRE', log, T.log)
end
if not lives or #long > 0 then redis.call('PEXPIRE', K.long(talk), T.dialogue) end
return turned and 'yours' or heads[2] and 'more' or 'done'
