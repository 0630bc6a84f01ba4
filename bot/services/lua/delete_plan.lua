-- Deletes one plan of a user with all its versions; answers how many records went. Somebody else's plan stays.
local owner, plan = ARGV[1], ARGV[2]
local talk, prefix, count = string.match(plan, '^[^/]*'), plan .. '/', 0
for _, one in ipairs(redis.call('ZRANGE', K.history(owner), 0, -1)) do
  if string.sub(one, 1, #prefix) == prefix then
    count = count + redis.call('DEL', K.plan(one), K.sections(one))
    redis.call('ZREM', K.history(owner), one)
    redis.call('HDEL', K.log(talk), 't:plan:' .. one)
  end
end
return count
