-- use: _jobs
-- Saves a turn: known event first, then the version, then the inbox; the effects become one perform job, the one that
-- drains where it can.
local talk, attempt, event, version, now, owner, lane, keys, body, changed, job, held = unpack(ARGV, 1, 12)
local log, inbox = K.log(talk), K.inbox(talk)
if redis.call('EXISTS', K.gone(talk)) == 1 then return 'forgotten' end
local head = redis.call('LINDEX', inbox, 0)
local prefix = event .. '\n'
local first = head and string.sub(head, 1, #prefix) == prefix
local by = redis.call('HGET', log, 'e:' .. event)
-- What a committed turn is answered: whether more waits, or that the job that drained goes on with the effects.
local function saved()
  if job ~= '' and redis.call('HGET', K.job(job), 'turned') == attempt then return 'yours' end
  return redis.call('EXISTS', inbox) == 1 and 'more' or 'done'
end
if by == attempt then return saved() end
if by then
  -- Redelivered: its turn is saved, so only the copy in the inbox goes.
  if first then redis.call('LPOP', inbox) end
  return 'known'
end
local known = redis.call('HMGET', K.talk(talk), 'place', 'v')
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
local changes = cjson.decode(changed)
redis.call('HSET', K.talk(talk), 'v', version + 1, unpack(changes[1]))
for i, change in ipairs({{'HDEL', K.talk(talk)}, {'HSET', K.long(talk)}, {'HDEL', K.long(talk)}}) do
  local fields = changes[i + 1]
  if #fields > 0 then redis.call(change[1], change[2], unpack(fields)) end
end
-- Where nothing else is to be said before, and nothing waits, the job that drained becomes the one that performs: it
-- need not be fetched again.
local line = string.match(keys, '^1 ([^\n]+)$')
local function turn_job()
  if job == '' or not line or redis.call('HGET', K.job(job), 'attempt') ~= held then return false end
  if redis.call('EXISTS', inbox) == 1 or redis.call('SCARD', K.slots(line)) > 0 then return false end
  release(job, redis.call('HGET', K.job(job), 'keys'))
  redis.call('SADD', K.slots(line), job)
  redis.call('HSET', K.job(job), 'body', body, 'keys', keys, 'owner', owner, 'at', now, 'starts', 1, 'deaths', 0,
    'begun', '', 'turned', attempt)
  return true
end
local made
if body ~= '' and not turn_job() then
  made = attempt
  if line then
    enqueue_in_line(made, lane, line, body, now, talk, owner)
  else
    enqueue(made, lane, keys, body, now, talk, owner)
  end
end
if made then
  redis.call('HSET', log, 'e:' .. event, attempt, 't:job:' .. made, 1)
else
  redis.call('HSET', log, 'e:' .. event, attempt)
end
redis.call('PEXPIRE', log, T.dialogue)
redis.call('PEXPIRE', K.talk(talk), T.dialogue)
redis.call('PEXPIRE', K.long(talk), T.dialogue)
return saved()
