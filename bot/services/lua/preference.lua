-- Keeps the language a user chose, or answers it when none is given.
local key, language = K.preference(ARGV[1]), ARGV[2]
if language == '' then return redis.call('HGET', key, 'language') end
redis.call('HSET', key, 'language', language)
redis.call('PEXPIRE', key, T.preference)
return language
