-- Answers a user's finished plans, newest first; names whose plan has run out are cleared away.
local answer = {}
for _, plan in ipairs(redis.call('ZREVRANGE', K.history(ARGV[1]), 0, -1)) do
  local record = redis.call('GET', K.plan(plan))
  if record then answer[#answer + 1] = record else redis.call('ZREM', K.history(ARGV[1]), plan) end
end
return answer
