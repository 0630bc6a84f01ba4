-- Saves a checked section in its place; false when the conversation was forgotten.
local talk, plan, section, record, job = unpack(ARGV, 1, 5)
if redis.call('EXISTS', K.gone(talk)) == 1 then return 0 end
local key = K.sections(plan)
local was = redis.call('HGET', key, section)
local rank = was and string.match(was, '^(%d+) ') or redis.call('HLEN', key)
redis.call('HSET', key, section, rank .. ' ' .. record)
redis.call('PEXPIRE', key, T.retention)
if redis.call('EXISTS', K.log(talk)) == 1 then redis.call('HSET', K.log(talk), 't:plan:' .. plan, 1) end
if job ~= '' and redis.call('EXISTS', K.job(job)) == 1 then
  redis.call('HSET', K.job(job), 'starts', 0, 'deaths', 0)
end
return 1
