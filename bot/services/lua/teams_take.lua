-- use: _held
-- Takes one call from all of a conversation's paces (leaky buckets, one number each) or from none; answers the
-- milliseconds to wait, 0 to go, -1 when the job it is for is another attempt's. The paces come as pairs: milliseconds
-- between two calls, and how many may come at once.
local job, held, name, attempt, now = unpack(ARGV, 1, 5)
local paces = 6
if is_lost(job, held) then return -1 end
now = tonumber(now)
local key = K.teams_pace(name)
if redis.call('HGET', key, 'by') == attempt then return 0 end
local wait, full = 0, {}
for at = paces, #ARGV, 2 do
  local every, at_once = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  full[at] = math.max(tonumber(redis.call('HGET', key, 'full' .. at) or 0), now) + every
  wait = math.max(wait, full[at] - now - every * at_once)
end
wait = math.max(wait, tonumber(redis.call('HGET', key, 'held') or 0) - now)
if wait > 0 then return math.ceil(wait) end
for at = paces, #ARGV, 2 do redis.call('HSET', key, 'full' .. at, string.format('%.0f', full[at])) end
redis.call('HSET', key, 'by', attempt)
redis.call('PEXPIRE', key, T.pace)
return 0
