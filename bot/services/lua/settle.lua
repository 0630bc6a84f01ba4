-- Replaces the tokens set aside by those used, in the windows they were counted in; once.
local key, tokens = ARGV[1], tonumber(ARGV[2])
local aside = redis.call('HGETALL', K.reserved(key))
local held = tonumber(redis.call('HGET', K.reserved(key), 'tokens') or '')
if not held or redis.call('HSETNX', K.reserved(key), 'settled', 1) == 0 then return 0 end
for i = 1, #aside, 2 do
  if aside[i] ~= 'tokens' and redis.call('HGET', K.limit(aside[i]), 'reset') == aside[i + 1] then
    redis.call('HINCRBY', K.limit(aside[i]), 'used', tokens - held)
  end
end
return 1
