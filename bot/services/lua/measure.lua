-- use: _jobs
-- Measures the queue: for each lane how many wait and since when the oldest does, then delayed and dead jobs.
local answer = {}
for _, lane in ipairs({'talk', 'write'}) do
  local stream, waiting, oldest = K.jobs(lane), redis.call('XLEN', K.jobs(lane)), ''
  local running = redis.pcall('XPENDING', stream, GROUP)
  if not running.err then waiting = waiting - running[1] end
  if waiting > 0 then
    local after = '-'
    local last = not running.err and running[1] > 0 and redis.call('XPENDING', stream, GROUP, '-', '+', running[1])
    if last then after = '(' .. last[#last][1] end
    local first = redis.call('XRANGE', stream, after, '+', 'COUNT', 1)
    if first[1] then oldest = string.match(first[1][1], '^(%d+)') end
  end
  answer[#answer + 1] = tostring(waiting)
  answer[#answer + 1] = oldest
end
answer[#answer + 1] = tostring(redis.call('ZCARD', K.delayed()))
answer[#answer + 1] = tostring(redis.call('ZCARD', K.dead()))
return answer
