-- use: _jobs
-- Deletes a job for good, wherever it is; a running one is stopped when its worker next renews.
local id, wish = ARGV[1], ARGV[2]
if remove(id) == 1 then
  redis.call('SET', K.ended(id), wish, 'PX', T.ended)
  return 1
end
return redis.call('GET', K.ended(id)) == wish and 1 or 0
