-- Answers what the effects of a job came to, up to the first one without a result; nothing when it is another attempt's.
local id, attempt = ARGV[1], ARGV[2]
if redis.call('HGET', K.job(id), 'attempt') ~= attempt then return false end
local results = {}
while true do
  local result = redis.call('HGET', K.job(id), 's:' .. #results)
  if not result then return results end
  results[#results + 1] = result
end
