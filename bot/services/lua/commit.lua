-- use: _jobs
-- Saves a turn: known event first, then the version, then the inbox; the effects become one perform job.
local talk, attempt, event, version, now, owner, lane, keys, body, changed = unpack(ARGV, 1, 10)
local log, inbox = K.log(talk), K.inbox(talk)
if redis.call('EXISTS', K.gone(talk)) == 1 then return 'forgotten' end
local head = redis.call('LINDEX', inbox, 0)
local prefix = event .. '\n'
local first = head and string.sub(head, 1, #prefix) == prefix
local by = redis.call('HGET', log, 'e:' .. event)
local function saved() return redis.call('EXISTS', inbox) == 1 and 'more' or 'done' end
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
if body ~= '' then
  enqueue(attempt, lane, keys, body, now, talk, owner)
  redis.call('HSET', log, 'e:' .. event, attempt, 't:job:' .. attempt, 1)
else
  redis.call('HSET', log, 'e:' .. event, attempt)
end
redis.call('PEXPIRE', log, T.dialogue)
redis.call('PEXPIRE', K.talk(talk), T.dialogue)
redis.call('PEXPIRE', K.long(talk), T.dialogue)
return saved()
