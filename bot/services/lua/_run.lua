-- Runs a script once for each call in the batch (a JSON list of argument lists); a fault of one call is its own answer.
local answers = {}
for i, args in ipairs(cjson.decode(ARGV[1])) do
  local went, answer = pcall(run, args)
  if not went then
    local why = type(answer) == 'table' and answer.err or tostring(answer)
    -- The client must see this one as the fault of the command: it then looks for the new master.
    if string.find(why, 'READONLY', 1, true) then return redis.error_reply('READONLY ' .. why) end
    answer = redis.error_reply(why)
  end
  -- A list ends at its first nil, so no answer is said as false: the wire carries both as nothing.
  if answer == nil then answer = false end
  answers[i] = answer
end
return answers
