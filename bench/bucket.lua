-- For wrk: sends presigned requests, "METHOD target" a line of the file that arg[1] names, one after the other; arg[2] is
-- the file with the body of those that have one. Says at the end what came of it, as one line of JSON.
dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "told.lua")

local targets = {}
local at = 0

function init(arguments)
  local body = nil
  if arguments[2] then
    local file = io.open(arguments[2], "rb")
    body = file:read("*a")
    file:close()
  end
  for line in io.lines(arguments[1]) do
    local method, target = line:match("^(%u+) (.+)$")
    targets[#targets + 1] = wrk.format(method, target, nil, body)
  end
  at = math.random(#targets)
end

function request()
  at = at % #targets + 1
  return targets[at]
end
