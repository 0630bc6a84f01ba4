-- Saves a finished plan version and puts it into its user's history; false when the conversation was forgotten.
local talk, plan, record, owner, at = unpack(ARGV, 1, 5)
if redis.call('EXISTS', K.gone(talk)) == 1 then return 0 end
redis.call('SET', K.plan(plan), record, 'PX', T.retention)
redis.call('ZADD', K.history(owner), at, plan)
redis.call('ZREMRANGEBYSCORE', K.history(owner), '-inf', at - T.retention)
redis.call('PEXPIRE', K.history(owner), T.retention)
if redis.call('EXISTS', K.log(talk)) == 1 then redis.call('HSET', K.log(talk), 't:plan:' .. plan, 1) end
return 1
