-- Takes or leaves the one right to refresh a workspace's token.
local tenant, holder, leaving = ARGV[1], ARGV[2], ARGV[3]
local key = K.slack_lock(tenant)
local by = redis.call('GET', key)
if leaving == '1' then
  if by == holder then redis.call('DEL', key) end
  return 1
end
if by and by ~= holder then return 0 end
redis.call('SET', key, holder, 'PX', T.lock)
return 1
