-- Records what an effect came to; the first result stands. This is progress, so the starts are counted anew.
local id, step, attempt, result = unpack(ARGV, 1, 4)
if redis.call('HGET', K.job(id), 'attempt') ~= attempt then return 0 end
redis.call('HSETNX', K.job(id), 's:' .. step, result)
redis.call('HSET', K.job(id), 'starts', 0, 'deaths', 0)
return 1
