-- use: _jobs
-- Deletes a finished job. Its repeat finds the attempt in a short-lived mark.
local id, attempt = ARGV[1], ARGV[2]
if standing(id, attempt) == 1 then
  redis.call('SET', K.ended(id), attempt, 'PX', T.ended)
  remove(id)
  return 1
end
return redis.call('GET', K.ended(id)) == attempt and 1 or 0
