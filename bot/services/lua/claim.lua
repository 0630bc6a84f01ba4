-- use: _jobs
-- Hands out work: what is due again, what a dead worker left, then what is new; dialogue before writing. Answers the
-- jobs as one JSON list, or an empty text and what to wait for.
local worker, attempt, now, lease, free, writing, reclaim = unpack(ARGV, 1, 7)
free, writing = tonumber(free), tonumber(writing)
local held = {unpack(ARGV, 8)}
local ours, limit = {}, {talk = free, write = math.min(free, writing)}

local answer = {}

local function hand_over(id, starts, begun, lane, talk, body)
  for _, part in ipairs({id, tostring(starts), begun, lane, talk, body}) do answer[#answer + 1] = part end
end

local before = redis.call('GET', K.fetch(worker))
if before and string.sub(before, 1, #attempt) == attempt then
  for id in string.gmatch(string.sub(before, #attempt + 1), '[^\n]+') do
    local job = redis.call('HMGET', K.job(id), 'attempt', 'starts', 'begun', 'lane', 'talk', 'body')
    if job[1] == attempt then hand_over(id, unpack(job, 2)) end
  end
  return {cjson.encode(answer)}
end

-- A worker that dies takes all it has in hand along, and mostly one of them is to blame, or none. So a start that ended
-- with the worker counts when the job was alone with it. One that lost two workers in company is a suspect: from then on
-- each counts, and a worker has one suspect in hand at a time, so that suspects are not charged with each other's deaths.
local SUSPECT = 2

-- Counts one more death in company for a job that a dead worker left.
local function deaths_of(deaths, where, company)
  deaths = tonumber(deaths or 0)
  local in_company = where == 'running' and company == '1' and deaths < SUSPECT
  return in_company and deaths + 1 or deaths, in_company
end

local function has_suspect()
  for _, ids in ipairs({held, ours}) do
    for _, id in ipairs(ids) do
      if tonumber(redis.call('HGET', K.job(id), 'deaths') or 0) >= SUSPECT then return true end
    end
  end
  return false
end

local function may_begin(lapsed)
  if not lapsed[1] then return true end
  local job = redis.call('HMGET', K.job(lapsed[1][2][2]), 'deaths', 'where', 'company')
  return deaths_of(job[1], job[2], job[3]) < SUSPECT or not has_suspect()
end

-- Says whether the next job has company in this worker, and tells the one that was alone until now.
local function company()
  if #held + #ours == 1 then
    local first = held[1] or ours[1]
    if redis.call('EXISTS', K.job(first)) == 1 then redis.call('HSET', K.job(first), 'company', '1') end
  end
  return #held + #ours > 0 and '1' or ''
end

-- Starts one entry: gone jobs are cleared away, those without a free slot wait in line for it.
local function begin(lane, entry, id)
  local job = redis.call('HMGET', K.job(id), 'keys', 'entry', 'starts', 'talk', 'body', 'deaths', 'where', 'company',
    'attempt', 'through')
  if job[2] ~= entry then return leave_stream(lane, entry) end
  for most, name in string.gmatch(job[1], '(%d+) ([^\n]+)') do
    local gate = most == '0'
    local has = gate and job[10] == name or redis.call('SISMEMBER', K.slots(name), id) == 1
    if not has then
      if redis.call('SCARD', K.slots(name)) >= math.max(1, most) then
        leave_stream(lane, entry)
        redis.call('RPUSH', K.parked(name), id)
        redis.call('HSET', K.job(id), 'where', 'parked', 'parked', name, 'entry', '')
        return
      end
      if not gate then redis.call('SADD', K.slots(name), id) end
    end
  end
  local deaths, in_company = deaths_of(job[6], job[7], job[8])
  local starts = math.floor(job[3] + (in_company and 0 or 1))
  local begun = job[9] and '1' or ''
  redis.call('HSET', K.job(id), 'attempt', attempt, 'worker', worker, 'where', 'running', 'starts', starts,
    'deaths', deaths, 'company', company(), 'begun', begun)
  ours[#ours + 1] = id
  hand_over(id, starts, begun, lane, job[4], job[5])
  free = free - 1
  limit[lane] = limit[lane] - 1
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', K.delayed(), '-inf', now, 'LIMIT', 0, 100)) do
  redis.call('ZREM', K.delayed(), id)
  local lane = redis.call('HGET', K.job(id), 'lane')
  if lane then push(lane, id) end
end

for _, lane in ipairs({'talk', 'write'}) do
  local stream = K.jobs(lane)
  local wanted = math.min(free, limit[lane])
  if reclaim == '1' and wanted > 0 then
    local idle = redis.pcall('XPENDING', stream, GROUP, 'IDLE', lease, '-', '+', wanted + 100)
    for _, pending in ipairs(idle.err and {} or idle) do
      if math.min(free, limit[lane]) <= 0 then break end
      if may_begin(redis.call('XRANGE', stream, pending[1], pending[1])) then
        local got = redis.call('XCLAIM', stream, GROUP, worker, lease, pending[1])
        -- An entry that was deleted under its lease comes back as nothing.
        if got[1] then begin(lane, got[1][1], got[1][2][2]) else redis.call('XACK', stream, GROUP, pending[1]) end
      end
    end
  end
  local looks = 0
  while math.min(free, limit[lane]) > 0 and looks < 20 do
    looks = looks + 1
    local some = math.min(free, limit[lane])
    local news = redis.pcall('XREADGROUP', 'GROUP', GROUP, worker, 'COUNT', some, 'STREAMS', stream, '>')
    if news and news.err then
      -- Servers and fakeredis word it differently, so what is tried is the cure: a group that cannot be made now
      -- was not what was missing.
      local made = redis.pcall('XGROUP', 'CREATE', stream, GROUP, '0', 'MKSTREAM')
      if made.err then return news end
    elseif news and news[1] then
      for _, entry in ipairs(news[1][2]) do begin(lane, entry[1], entry[2][2]) end
      if #news[1][2] < some then break end
    else
      break
    end
  end
end

if #ours > 0 then
  redis.call('SET', K.fetch(worker), attempt .. '\n' .. table.concat(ours, '\n'), 'PX', T.answer)
  return {cjson.encode(answer)}
end

-- Nothing to do: answers up to where each lane has been handed out, so that the worker can wait for what comes after.
local function handed_out(lane)
  local groups = redis.pcall('XINFO', 'GROUPS', K.jobs(lane))
  for i = 1, #(groups[1] or {}), 2 do
    if groups[1][i] == 'last-delivered-id' then return groups[1][i + 1] end
  end
  return '0-0'
end
return {'', handed_out('talk'), handed_out('write')}
