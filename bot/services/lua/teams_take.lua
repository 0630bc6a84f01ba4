-- Takes one call from all of a conversation's paces (leaky buckets, one number each) or from none; answers the
-- milliseconds to wait, 0 to go. The paces come as pairs: milliseconds between two calls, and how many may come at once.
local name, attempt, now = ARGV[1], ARGV[2], tonumber(ARGV[3])
local key = K.teams_pace(name)
if redis.call('HGET', key, 'by') == attempt then return 0 end
local wait, full = 0, {}
for at = 4, #ARGV, 2 do
  local every, at_once = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  full[at] = math.max(tonumber(redis.call('HGET', key, 'full' .. at) or 0), now) + every
  wait = math.max(wait, full[at] - now - every * at_once)
end
wait = math.max(wait, tonumber(redis.call('HGET', key, 'held') or 0) - now)
if wait > 0 then return math.ceil(wait) end
for at = 4, #ARGV, 2 do redis.call('HSET', key, 'full' .. at, string.format('%.0f', full[at])) end
redis.call('HSET', key, 'by', attempt)
redis.call('PEXPIRE', key, T.pace)
return 0
