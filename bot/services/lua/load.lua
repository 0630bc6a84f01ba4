-- Answers the short fields, the long fields and the oldest waiting events of a conversation in one round trip; as one
-- JSON text, because redis-py reads one long reply several times faster than many short ones.
local talk = ARGV[1]
return cjson.encode({
  redis.call('HGETALL', K.talk(talk)), redis.call('HGETALL', K.long(talk)),
  redis.call('LRANGE', K.inbox(talk), 0, ARGV[2] - 1),
})
