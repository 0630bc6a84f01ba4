-- use: _jobs
-- Starts a delayed or dead job again at once, its starts counted anew; the event it died of comes back first.
local id, wish = ARGV[1], ARGV[2]
local job = redis.call('HMGET', K.job(id), 'where', 'lane', 'talk', 'poison', 'revived')
if job[5] == wish then return 1 end
if job[1] ~= 'dead' and job[1] ~= 'delayed' then return 0 end
if job[1] == 'delayed' then
  redis.call('ZREM', K.delayed(), id)
else
  redis.call('ZREM', K.dead(), id)
  redis.call('PERSIST', K.job(id))
  if job[4] then
    redis.call('LPUSH', K.inbox(job[3]), job[4])
    redis.call('PEXPIRE', K.inbox(job[3]), T.dialogue)
    redis.call('HDEL', K.job(id), 'poison')
  end
end
redis.call('HSET', K.job(id), 'starts', 0, 'deaths', 0, 'revived', wish)
push(job[2], id)
return 1
