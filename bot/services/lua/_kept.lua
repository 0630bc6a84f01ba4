-- Shared by the scripts that keep something beside a conversation, so that `forget` finds it.

-- Notes a key (without its root) as belonging to the conversation of a place, and to one person alone where `whose` names them (hashed).
local function note_kept(place, key, whose)
  local talk = place ~= '' and redis.call('GET', K.name(place))
  if not talk or redis.call('EXISTS', K.log(talk)) == 0 then return end
  redis.call('HSET', K.log(talk), 't:key:' .. key, whose ~= '' and whose or 1)
end
