-- Issues a state of an installation, or uses it up: it counts once, also for the repeat of the attempt that used it.
local state, attempt = ARGV[1], ARGV[2]
local key = K.slack_state(state)
if attempt == '' then
  redis.call('SET', key, '', 'PX', T.state)
  return 1
end
local by = redis.call('GET', key)
if by == attempt then return 1 end
if by ~= '' then return 0 end
redis.call('SET', key, attempt, 'PX', T.state)
return 1
