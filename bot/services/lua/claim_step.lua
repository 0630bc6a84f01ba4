-- Claims one effect for one attempt. A repeat of the call gets the same answer: 'c' is claimed, 'r' claimed again.
local id, step, attempt = ARGV[1], 's:' .. ARGV[2], ARGV[3]
local job = redis.call('HMGET', K.job(id), 'attempt', step)
if job[1] ~= attempt then return {'lost', ''} end
local claim = job[2]
if claim and string.sub(claim, 1, 2) == 'd:' then return {'done', string.sub(claim, 3)} end
if claim == 'c:' .. attempt then return {'yours', ''} end
if claim == 'r:' .. attempt then return {'taken_before', ''} end
redis.call('HSET', K.job(id), step, (claim and 'r:' or 'c:') .. attempt)
return {claim and 'taken_before' or 'yours', ''}
