-- use: _jobs
-- Puts a job back until it is due; it keeps its slots, so nothing of its conversation overtakes it.
local id, attempt, due, reason = unpack(ARGV, 1, 4)
local stands = standing(id, attempt)
if stands ~= 1 then return stands == 2 and 1 or 0 end
local job = redis.call('HMGET', K.job(id), 'lane', 'entry')
leave_stream(job[1], job[2])
redis.call('ZADD', K.delayed(), due, id)
redis.call('HSET', K.job(id), 'where', 'delayed', 'entry', '', 'attempt', '', 'last', attempt, 'reason', reason)
return 1
