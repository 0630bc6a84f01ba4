-- use: _jobs
-- Renews the leases of a worker's jobs; answers the ids of those that are not its own any more.
local worker, lost = ARGV[1], {}
for i = 2, #ARGV, 2 do
  local id, attempt = ARGV[i], ARGV[i + 1]
  local job = redis.call('HMGET', K.job(id), 'attempt', 'lane', 'entry')
  if job[1] == attempt then
    redis.call('XCLAIM', K.jobs(job[2]), GROUP, worker, 0, job[3], 'JUSTID')
  else
    lost[#lost + 1] = id
  end
end
return lost
