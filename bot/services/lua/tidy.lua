-- use: _jobs
-- Removes consumers that were silent too long (or the one named) and hold nothing.
local idle, name, gone = tonumber(ARGV[1]), ARGV[2], 0
for _, lane in ipairs({'talk', 'write'}) do
  local stream = K.jobs(lane)
  local consumers = redis.pcall('XINFO', 'CONSUMERS', stream, GROUP)
  for _, consumer in ipairs(consumers.err and {} or consumers) do
    local facts = {}
    for i = 1, #consumer, 2 do facts[consumer[i]] = consumer[i + 1] end
    local silent = name == '' and facts.idle >= idle
    if facts.pending == 0 and (silent or facts.name == name) then
      redis.call('XGROUP', 'DELCONSUMER', stream, GROUP, facts.name)
      gone = gone + 1
    end
  end
end
return gone
