-- Shared by the scripts that name conversations and index them: names and indexes outlive what they lead to, by a little,
-- so that they need not be renewed with every event.
local function lacks(key, life) return redis.call('PTTL', key) < life * 1.01 end
local function longer(life) return math.floor(life * 1.02) end
