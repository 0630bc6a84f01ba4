-- Keeps what somebody thought of a plan version, unless its conversation was forgotten. The same verdict again, without
-- words, leaves the words that were given for it.
local talk, name, whose, at, record = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
if redis.call('EXISTS', K.gone(talk)) == 1 then return 0 end
local before = redis.call('GET', K.judgement(name))
if before then
  local old, new = cjson.decode(before), cjson.decode(record)
  if new.comment == '' and old.verdict == new.verdict then record = before end
end
redis.call('SET', K.judgement(name), record, 'PX', T.retention)
if redis.call('EXISTS', K.log(talk)) == 1 then redis.call('HSET', K.log(talk), 't:key:judgement:' .. name, whose) end
redis.call('ZADD', K.judged(), at, name)
redis.call('ZREMRANGEBYSCORE', K.judged(), '-inf', at - T.retention)
return 1
