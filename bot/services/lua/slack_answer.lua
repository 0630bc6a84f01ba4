-- Keeps the address of a command's answers, or counts one use of it and answers it.
local command, url, attempt, most = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local key = K.slack_answer(command)
if url ~= '' then
  redis.call('HSET', key, 'url', url)
  redis.call('PEXPIRE', key, T.answer_url)
  return ''
end
local kept = redis.call('HMGET', key, 'url', 'used', 'by')
if not kept[1] then return '' end
if kept[3] ~= attempt then
  if tonumber(kept[2] or 0) >= most then return '' end
  redis.call('HINCRBY', key, 'used', 1)
  redis.call('HSET', key, 'by', attempt)
end
return kept[1]
