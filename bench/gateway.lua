-- For wrk: asks for a slot with one token after the other, out of the file that arg[1] names; what
-- is sent is arg[2]. Says at the end what came of it, as one line of JSON.
dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "told.lua")

local tokens = {}
local at = 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    tokens[#tokens + 1] = wrk.format("POST", nil, {
      ["Authorization"] = "Bearer " .. line, ["Content-Type"] = "application/json",
    }, arguments[2])
  end
end

function request()
  at = at % #tokens + 1
  return tokens[at]
end
