-- use: _jobs
-- Deletes every trace of one user: jobs first, then conversations, plans and history; answers how many records went.
local owner, user, tenant, wish, sparing, whose = unpack(ARGV, 1, 6)
local before = redis.call('GET', K.forgot(wish))
if before then return tonumber(before) end
local count, quoted, talks = 0, '"' .. user .. '"', redis.call('HKEYS', K.user(owner))
local whole, writing = {}, {}

-- A conversation goes as a whole when the user started it or its state names them; else only their words in it.
local function is_theirs(talk)
  local short = redis.call('HGETALL', K.talk(talk))
  for i = 1, #short, 2 do
    if short[i] == 'owner' and short[i + 1] == owner then return true end
    if string.find(short[i + 1], quoted, 1, true) then return true end
  end
  for _, value in ipairs(redis.call('HVALS', K.long(talk))) do
    if string.find(value, quoted, 1, true) then return true end
  end
  return false
end

-- Says whether a key holds where the messages of a plan stand; they are listed by the number of its version.
local function is_plan(key)
  if not string.find(key, '^%a+:post:') then return false end
  for _, field in ipairs(redis.call('HKEYS', R .. key)) do
    if field == 'home' or string.find(field, '^%d+/') then return true end
  end
  return false
end

-- What a platform keeps beside a conversation. How a place is reached stays a moment: the last answer goes there. So does
-- where the messages of a plan stand while its writer has still to take them back.
local function drop_kept(talk, of)
  local kept = redis.call('HGETALL', K.log(talk))
  for i = 1, #kept, 2 do
    local key = string.match(kept[i], '^t:key:(.*)$')
    if key and (not of or kept[i + 1] == of) then
      if string.find(key, '^teams:talk:') or (writing[talk] and is_plan(key)) then
        redis.call('PEXPIRE', R .. key, T.farewell)
      else
        count = count + redis.call('DEL', R .. key)
      end
      redis.call('HDEL', K.log(talk), kept[i])
    end
  end
end

local function drop_names(talk)
  for _, field in ipairs(redis.call('HKEYS', K.log(talk))) do
    local place = string.match(field, '^t:name:(.*)$')
    if place then
      if redis.call('GET', K.name(place)) == talk then redis.call('DEL', K.name(place)) end
      redis.call('HDEL', K.log(talk), field)
    end
  end
end

for _, talk in ipairs(talks) do
  whole[talk] = is_theirs(talk)
  for _, field in ipairs(redis.call('HKEYS', K.log(talk))) do
    local job = string.match(field, '^t:job:(.*)$')
    if job and job ~= sparing and (whole[talk] or redis.call('HGET', K.job(job), 'owner') == owner) then
      local lane, where = unpack(redis.call('HMGET', K.job(job), 'lane', 'where'))
      writing[talk] = writing[talk] or (lane == 'write' and where == 'running')
      count = count + remove(job)
    end
  end
end

for _, talk in ipairs(talks) do
  if whole[talk] then
    redis.call('SET', K.gone(talk), 1, 'PX', T.tombstone)
    count = count + redis.call('EXISTS', K.talk(talk)) + redis.call('LLEN', K.inbox(talk))
    for _, field in ipairs(redis.call('HKEYS', K.log(talk))) do
      local plan, other = string.match(field, '^t:plan:(.*)$'), string.match(field, '^u:(.*)$')
      if plan then count = count + redis.call('DEL', K.plan(plan), K.sections(plan)) end
      if other then redis.call('HDEL', K.user(other), talk) end
    end
    drop_names(talk)
    drop_kept(talk)
    redis.call('DEL', K.talk(talk), K.long(talk), K.inbox(talk), K.log(talk), K.flags(talk))
  else
    for _, item in ipairs(redis.call('LRANGE', K.inbox(talk), 0, -1)) do
      if string.find(item, '"user":' .. quoted, 1, true) then count = count + redis.call('LREM', K.inbox(talk), 1, item) end
    end
    drop_kept(talk, whose)
    redis.call('HDEL', K.log(talk), 'u:' .. owner)
    -- Of one that has expired nothing but its names is left, which may hold the user's id.
    if redis.call('EXISTS', K.talk(talk)) == 0 then drop_names(talk) end
  end
end

for _, plan in ipairs(redis.call('ZRANGE', K.history(owner), 0, -1)) do
  count = count + redis.call('DEL', K.plan(plan), K.sections(plan))
end
-- The audit log keeps what was done, but no longer by whom and where.
local deeds, who = redis.call('ZRANGE', K.audit(), 0, -1, 'WITHSCORES'), '"user":' .. quoted
for i = 1, #deeds, 2 do
  local line, from, to = deeds[i], string.find(deeds[i], who, 1, true)
  if from and string.find(line, '"tenant":"' .. tenant .. '"', 1, true) then
    redis.call('ZREM', K.audit(), line)
    line = string.sub(line, 1, from - 1) .. '"user":""' .. string.sub(line, to + 1)
    redis.call('ZADD', K.audit(), deeds[i + 1], (string.gsub(line, '"place":"[^"]*"', '"place":""')))
  end
end
count = count + redis.call('DEL', K.preference(owner))
redis.call('DEL', K.history(owner), K.user(owner))
redis.call('ZREM', K.tenant(tenant), user)
redis.call('SET', K.forgot(wish), count, 'PX', T.answer)
return count
