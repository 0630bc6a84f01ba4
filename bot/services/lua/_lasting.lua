-- Shared by the scripts that keep alive what has not lived for long since it was renewed: once in a hundredth of its life.
local function lacks(key, life) return redis.call('PTTL', key) < life * 0.99 end
