-- Answers the short fields, the long fields and the oldest waiting events of a conversation, and the language that who
-- opened it has chosen, in one round trip; as one JSON text, because redis-py reads one long reply several times faster
-- than many short ones.
local talk = ARGV[1]
local owner = redis.call('HGET', K.talk(talk), 'owner')
return cjson.encode({
  redis.call('HGETALL', K.talk(talk)), redis.call('HGETALL', K.long(talk)),
  redis.call('LRANGE', K.inbox(talk), 0, ARGV[2] - 1),
  owner and redis.call('HGET', K.preference(owner), 'language') or '',
})
