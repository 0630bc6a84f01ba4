-- Sets the kill switch, or lifts it with an empty reason; answers the reason that holds. '?' only asks.
if ARGV[1] == '' then redis.call('DEL', K.halt()) end
if ARGV[1] ~= '' and ARGV[1] ~= '?' then redis.call('SET', K.halt(), ARGV[1]) end
return redis.call('GET', K.halt()) or ''
