-- Counts a request in every budget or in none; answers the budget that is used up and when it begins anew.
local key, now, tokens = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
if redis.call('EXISTS', K.halt()) == 1 then return {'halted', ''} end
if redis.call('EXISTS', K.reserved(key)) == 1 then return {'', ''} end
local refused, until_ms, plan = '', -1, {}
for i = 4, #ARGV, 5 do
  local scope, name, measure, most, window = unpack(ARGV, i, i + 4)
  local state = redis.call('HMGET', K.limit(name), 'used', 'reset')
  local used, reset = tonumber(state[1] or 0), tonumber(state[2] or 0)
  if reset <= now then used, reset = 0, now + tonumber(window) end
  local wanted = measure == 'tokens' and tokens or 1
  if used + wanted > tonumber(most) and reset > until_ms then refused, until_ms = scope, reset end
  plan[#plan + 1] = {name, used + wanted, reset, measure}
end
if refused ~= '' then return {refused, string.format('%.0f', until_ms)} end
for _, one in ipairs(plan) do
  local reset = string.format('%.0f', one[3])
  redis.call('HSET', K.limit(one[1]), 'used', string.format('%.0f', one[2]), 'reset', reset)
  redis.call('PEXPIRE', K.limit(one[1]), string.format('%.0f', one[3] - now))
  if one[4] == 'tokens' then redis.call('HSET', K.reserved(key), one[1], reset) end
end
redis.call('HSET', K.reserved(key), 'tokens', tokens)
redis.call('PEXPIRE', K.reserved(key), T.reserved)
return {'', ''}
