-- For wrk: asks for a slot with one token after the other, out of the file that arg[1] names; what
-- is sent is arg[2]. Says at the end what came of it, as one line of JSON.
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

function done(summary, latency)
  io.write(string.format(
    '\n{"requests": %d, "duration_us": %d, "refused": %d, "broken": %d, "p50_us": %d, "p99_us": %d}\n',
    summary.requests, summary.duration, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
