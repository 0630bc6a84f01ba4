-- Says who answers a request: the caller from now on, somebody who writes it right now, or a plan that is finished.
local request, plan, now, lease = unpack(ARGV, 1, 4)
local key = K.request(request)
local holder, state, till = unpack(redis.call('HMGET', key, 'plan', 'state', 'till'))
if holder and state == 'done' and redis.call('EXISTS', K.plan(holder)) == 1 then return {'done', holder} end
if holder and state == 'writing' and holder ~= plan and tonumber(till) > tonumber(now) then return {'writing', holder} end
redis.call('HSET', key, 'plan', plan, 'state', 'writing', 'till', tonumber(now) + tonumber(lease))
redis.call('PEXPIRE', key, T.request)
return {'yours', plan}
