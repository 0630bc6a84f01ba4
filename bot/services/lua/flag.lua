-- Leaves a word for a running writer, unless the conversation was forgotten.
local talk, field, value = unpack(ARGV, 1, 3)
if redis.call('EXISTS', K.gone(talk)) == 1 then return 0 end
redis.call('HSET', K.flags(talk), field, value)
redis.call('PEXPIRE', K.flags(talk), T.flags)
return 1
