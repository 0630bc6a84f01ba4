-- Shared by the scripts that keep users listed, so that `forget` finds what they are in; needs _lasting.

-- Lists a conversation with a user, and the user with their workspace (see `owner_key`), while something may be kept of
-- them. What has expired goes from the index, and so do users of whom there is nothing any more.
local function keep_listed(owner, talk, now)
  redis.call('HSET', K.user(owner), talk, 1)
  if not lacks(K.user(owner), T.index) then return end
  redis.call('PEXPIRE', K.user(owner), T.index)
  for _, one in ipairs(redis.call('HKEYS', K.user(owner))) do
    if redis.call('EXISTS', K.log(one)) == 0 then redis.call('HDEL', K.user(owner), one) end
  end
  local function plain(part) return (string.gsub(string.gsub(part, '%%7C', '|'), '%%25', '%%')) end
  local tenant, user = string.match(owner, '^([^|]*)|(.*)$')
  tenant, user = plain(tenant), plain(user)
  redis.call('ZADD', K.tenant(tenant), now, user)
  redis.call('ZREMRANGEBYSCORE', K.tenant(tenant), '-inf', now - T.index)
  redis.call('PEXPIRE', K.tenant(tenant), T.index)
end
