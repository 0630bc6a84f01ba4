-- use: _jobs
-- Hands out work: what is due again, what a dead worker left, then what is new; dialogue before writing.
local worker, attempt, now, lease, free, writing, reclaim = unpack(ARGV, 1, 7)
free, writing = tonumber(free), tonumber(writing)
local ours, limit = {}, {talk = free, write = math.min(free, writing)}

local function hand_over(ids)
  local answer = {}
  for _, id in ipairs(ids) do
    local job = redis.call('HMGET', K.job(id), 'attempt', 'starts', 'lane', 'talk', 'body')
    if job[1] == attempt then
      for _, part in ipairs({id, job[2], job[3], job[4], job[5]}) do answer[#answer + 1] = part end
    end
  end
  return answer
end

local before = redis.call('GET', K.fetch(worker))
if before and string.sub(before, 1, #attempt) == attempt then
  local ids = {}
  for id in string.gmatch(string.sub(before, #attempt + 1), '[^\n]+') do ids[#ids + 1] = id end
  return hand_over(ids)
end

-- Starts one entry: gone jobs are cleared away, those without a free slot wait in line for it.
local function begin(lane, entry, id)
  local job = redis.call('HMGET', K.job(id), 'keys', 'entry')
  if job[2] ~= entry then return leave_stream(lane, entry) end
  for most, name in string.gmatch(job[1], '(%d+) ([^\n]+)') do
    local gate = most == '0'
    if redis.call('SISMEMBER', K.slots(name), id) == 1 then
      if gate then pass_on(name, id) end
    else
      if redis.call('SCARD', K.slots(name)) >= math.max(1, most) then
        leave_stream(lane, entry)
        redis.call('RPUSH', K.parked(name), id)
        redis.call('HSET', K.job(id), 'where', 'parked', 'parked', name, 'entry', '')
        return
      end
      if not gate then redis.call('SADD', K.slots(name), id) end
    end
  end
  redis.call('HINCRBY', K.job(id), 'starts', 1)
  redis.call('HSET', K.job(id), 'attempt', attempt, 'worker', worker, 'where', 'running')
  ours[#ours + 1] = id
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
    local idle = redis.pcall('XPENDING', stream, GROUP, 'IDLE', lease, '-', '+', wanted)
    for _, pending in ipairs(idle.err and {} or idle) do
      local got = redis.call('XCLAIM', stream, GROUP, worker, lease, pending[1])
      -- An entry that was deleted under its lease comes back as nothing.
      if got[1] then begin(lane, got[1][1], got[1][2][2]) else redis.call('XACK', stream, GROUP, pending[1]) end
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
    else
      break
    end
  end
end

if #ours > 0 then
  redis.call('SET', K.fetch(worker), attempt .. '\n' .. table.concat(ours, '\n'), 'PX', T.answer)
end
return hand_over(ours)
