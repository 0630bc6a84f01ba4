-- Reads, keeps or deletes a workspace's sealed tokens: "?" reads, an empty text deletes.
local tenant, sealed = ARGV[1], ARGV[2]
local key = K.installation(tenant)
if sealed == '?' then return redis.call('GET', key) or '' end
if sealed == '' then redis.call('DEL', key) else redis.call('SET', key, sealed) end
return ''
