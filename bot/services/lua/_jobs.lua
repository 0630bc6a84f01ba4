-- What the scripts share about jobs. A job is one hash; a stream entry only names it.
local GROUP = 'workers'

local function push(lane, id)
  local entry = redis.call('XADD', K.jobs(lane), '*', 'job', id)
  redis.call('HSET', K.job(id), 'where', 'queued', 'entry', entry)
end

-- `keys` are the limits a job runs under, one a line as "<how many> <name>", always from narrow to wide: taken in
-- that order, two jobs can never wait for each other. A limit of 0 is a gate: the job waits until nobody holds it, and
-- goes through without keeping it.
local function write_job(id, lane, where, entry, keys, body, now, talk, owner)
  redis.call('HSET', K.job(id), 'body', body, 'lane', lane, 'keys', keys, 'starts', 0, 'at', now, 'talk', talk,
    'owner', owner, 'where', where, 'entry', entry)
end

local function enqueue(id, lane, ...)
  write_job(id, lane, 'queued', redis.call('XADD', K.jobs(lane), '*', 'job', id), ...)
end

-- Enqueues a job under a limit of one, and gives it its place in the line at once: nothing that comes later overtakes it.
local function enqueue_in_line(id, lane, name, ...)
  if redis.call('SCARD', K.slots(name)) == 0 then
    redis.call('SADD', K.slots(name), id)
    return enqueue(id, lane, '1 ' .. name, ...)
  end
  redis.call('RPUSH', K.parked(name), id)
  write_job(id, lane, 'parked', '', '1 ' .. name, ...)
  redis.call('HSET', K.job(id), 'parked', name)
end

-- Enqueues a job and notes in the conversation's log that it is one of its own.
local function enqueue_noted(id, lane, keys, body, now, talk, owner)
  enqueue(id, lane, keys, body, now, talk, owner)
  redis.call('HSET', K.log(talk), 't:job:' .. id, 1)
  redis.call('PEXPIRE', K.log(talk), T.log)
end

local function leave_stream(lane, entry)
  if entry and entry ~= '' then
    redis.call('XACK', K.jobs(lane), GROUP, entry)
    redis.call('XDEL', K.jobs(lane), entry)
  end
end

-- Frees one slot of a job; it goes straight to the job that has waited for it longest, so order is kept. Those for
-- which it is a gate are through it now, and leave the slot to the next.
local function pass_on(name, id)
  if redis.call('SREM', K.slots(name), id) == 0 then return end
  local heir = redis.call('LPOP', K.parked(name))
  while heir do
    local job = redis.call('HMGET', K.job(heir), 'lane', 'keys')
    if job[1] then
      if not string.find('\n' .. job[2] .. '\n', '\n0 ' .. name .. '\n', 1, true) then
        redis.call('SADD', K.slots(name), heir)
        return push(job[1], heir)
      end
      redis.call('HSET', K.job(heir), 'through', name)
      push(job[1], heir)
    end
    heir = redis.call('LPOP', K.parked(name))
  end
end

local function release(id, keys)
  for name in string.gmatch(keys or '', '%d+ ([^\n]+)') do pass_on(name, id) end
end

-- Takes a job out of wherever it waits or runs, with its slots; answers its conversation, or false where there is none.
local function detach(id)
  local job = redis.call('HMGET', K.job(id), 'lane', 'entry', 'where', 'keys', 'parked', 'talk')
  if not job[1] then return false end
  leave_stream(job[1], job[2])
  if job[3] == 'delayed' then redis.call('ZREM', K.delayed(), id) end
  if job[3] == 'dead' then redis.call('ZREM', K.dead(), id) end
  if job[3] == 'parked' then redis.call('LREM', K.parked(job[5]), 0, id) end
  release(id, job[4])
  return job[6]
end

local function remove(id)
  local talk = detach(id)
  if not talk then return 0 end
  redis.call('DEL', K.job(id))
  redis.call('HDEL', K.log(talk), 't:job:' .. id)
  return 1
end

-- Answers 1 when the job is this attempt's, 2 when this very call was done before, 0 when it is somebody else's.
local function standing(id, attempt)
  local job = redis.call('HMGET', K.job(id), 'attempt', 'last')
  if job[1] == attempt then return 1 end
  if job[2] == attempt then return 2 end
  return 0
end
