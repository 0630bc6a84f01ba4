-- Keeps a team the bot is installed in, or forgets it when the text is empty.
local tenant, team, text = unpack(ARGV, 1, 3)
local key = K.reference(tenant)
if text == '' then return redis.call('HDEL', key, team) end
redis.call('HSET', key, team, text)
return 1
