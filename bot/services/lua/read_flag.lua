-- Answers whether a conversation was forgotten, and the word left for its running writer.
local talk, field = ARGV[1], ARGV[2]
return {redis.call('EXISTS', K.gone(talk)), redis.call('HGET', K.flags(talk), field)}
