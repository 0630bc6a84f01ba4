-- Counts one use of the address of a command's answers and answers it; an empty text when there is none left.
local command, attempt, most = ARGV[1], ARGV[2], tonumber(ARGV[3])
local key = K.slack_answer(command)
local kept = redis.call('HMGET', key, 'url', 'used', 'by')
if not kept[1] then return '' end
if kept[3] ~= attempt then
  if tonumber(kept[2] or 0) >= most then return '' end
  redis.call('HINCRBY', key, 'used', 1)
  redis.call('HSET', key, 'by', attempt)
end
return kept[1]
