-- Ends the writing of a request: kept as its answer, or given up; only by the plan that holds it.
local request, plan, kept = unpack(ARGV, 1, 3)
local key = K.request(request)
local holder, state = unpack(redis.call('HMGET', key, 'plan', 'state'))
if kept == '1' then
  redis.call('HSET', key, 'plan', plan, 'state', 'done', 'till', 0)
  redis.call('PEXPIRE', key, T.request)
elseif holder == plan and state == 'writing' then
  redis.call('DEL', key)
end
return 1
