-- Records what an effect came to; the first result stands. This is progress, so the starts are counted anew.
local id, step, result = ARGV[1], 's:' .. ARGV[2], ARGV[3]
local claim = redis.call('HGET', K.job(id), step)
if not claim or string.sub(claim, 1, 2) == 'd:' then return 0 end
redis.call('HSET', K.job(id), step, 'd:' .. result, 'starts', 0, 'deaths', 0)
return 1
