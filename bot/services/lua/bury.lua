-- use: _jobs
-- Moves a job to the dead letters and tells its user; the event a drain died of goes along, the rest is drained anew.
local id, attempt, reason, now, most, notice, notice_body, drain = unpack(ARGV, 1, 8)
local stands = standing(id, attempt)
if stands ~= 1 then return stands == 2 and 1 or 0 end
local job = redis.call('HMGET', K.job(id), 'talk', 'owner', 'keys', 'body', 'turned')
-- Its event was taken in and only the word of that got lost: the oldest event is another one now, and what is to be said
-- comes back when the lease runs out.
if drain ~= '' and job[5] then return 0 end
detach(id)
redis.call('ZADD', K.dead(), now, id)
redis.call('HSET', K.job(id), 'where', 'dead', 'entry', '', 'attempt', '', 'last', attempt, 'reason', reason)
redis.call('PEXPIRE', K.job(id), T.dead)
if drain ~= '' then
  local poison = redis.call('LPOP', K.inbox(job[1]))
  if poison then redis.call('HSET', K.job(id), 'poison', poison) end
  if redis.call('LLEN', K.inbox(job[1])) > 0 then enqueue_noted(drain, 'talk', job[3], job[4], now, job[1], job[2]) end
end
if notice ~= '' then enqueue_noted(notice, 'talk', '1 talk:' .. job[1], notice_body, now, job[1], job[2]) end
local over = redis.call('ZCARD', K.dead()) - tonumber(most)
if over > 0 then
  for _, old in ipairs(redis.call('ZRANGE', K.dead(), 0, over - 1)) do remove(old) end
end
return 1
