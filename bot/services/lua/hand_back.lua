-- use: _jobs
-- Gives a job back at once; a start that was not its fault does not count.
local id, attempt = ARGV[1], ARGV[2]
local stands = standing(id, attempt)
if stands ~= 1 then return stands == 2 and 1 or 0 end
local job = redis.call('HMGET', K.job(id), 'lane', 'entry', 'starts')
leave_stream(job[1], job[2])
redis.call('HSET', K.job(id), 'starts', math.max(0, job[3] - 1), 'attempt', '', 'last', attempt)
push(job[1], id)
return 1
