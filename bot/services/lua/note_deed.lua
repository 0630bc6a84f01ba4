-- Adds one line to the audit log. The same line again is the same member, so a repeat changes nothing.
local at, line, most = unpack(ARGV, 1, 3)
redis.call('ZADD', K.audit(), at, line)
redis.call('ZREMRANGEBYRANK', K.audit(), 0, -most - 1)
return 1
