-- use: _held
-- Counts one use of the address of a command's answers and answers it; an empty text when there is none left, -1 when the
-- job it is for is another attempt's.
local job, held, command, attempt = unpack(ARGV, 1, 4)
local most = tonumber(ARGV[5])
if is_lost(job, held) then return -1 end
local key = K.slack_answer(command)
local kept = redis.call('HMGET', key, 'url', 'used', 'by')
if not kept[1] then return '' end
if kept[3] ~= attempt then
  if tonumber(kept[2] or 0) >= most then return '' end
  redis.call('HINCRBY', key, 'used', 1)
  redis.call('HSET', key, 'by', attempt)
end
return kept[1]
