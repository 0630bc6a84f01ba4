-- Answers the short fields, the long fields and the oldest waiting events of a conversation in one round trip.
local talk = ARGV[1]
return {
  redis.call('HGETALL', K.talk(talk)), redis.call('HGETALL', K.long(talk)),
  redis.call('LRANGE', K.inbox(talk), 0, ARGV[2] - 1),
}
