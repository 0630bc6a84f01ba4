-- use: _held
-- Takes one call from a workspace's pace (a leaky bucket of one number); answers the milliseconds to wait, 0 to go, -1
-- when the job it is for is another attempt's.
local job, held, name, attempt = unpack(ARGV, 1, 4)
local now, interval, at_once = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
if is_lost(job, held) then return -1 end
local key = K.slack_pace(name)
local kept = redis.call('HMGET', key, 'full', 'by')
if kept[2] == attempt then return 0 end
local full = math.max(tonumber(kept[1] or 0), now)
local wait = full + interval - now - interval * at_once
if wait > 0 then return math.ceil(wait) end
redis.call('HSET', key, 'full', string.format('%.0f', full + interval), 'by', attempt)
redis.call('PEXPIRE', key, T.pace)
return 0
