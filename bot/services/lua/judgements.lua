-- Answers the newest judgements, newest first; those that were forgotten are left out.
local found = {}
if tonumber(ARGV[1]) < 1 then return found end
for _, name in ipairs(redis.call('ZREVRANGE', K.judged(), 0, tonumber(ARGV[1]) - 1)) do
  local record = redis.call('GET', K.judgement(name))
  if record then table.insert(found, record) end
end
return found
