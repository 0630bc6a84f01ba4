-- Keeps where a conversation is answered, or forgets it when the text is empty.
local key = K.teams_talk(ARGV[1])
if ARGV[2] == '' then return redis.call('DEL', key) end
redis.call('SET', key, ARGV[2], 'PX', T.retention)
return 1
