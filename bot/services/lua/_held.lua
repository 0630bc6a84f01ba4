-- Shared by the scripts that a worker asks right before it says something.

-- Says whether an attempt does not hold its job any more: its worker stood still, and another one says it by now.
local function is_lost(job, attempt) return job ~= '' and redis.call('HGET', K.job(job), 'attempt') ~= attempt end
