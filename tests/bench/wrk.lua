-- wrk.lua - what wrk asks for, and the one line that bench.py reads.
--
--   wrk -s wrk.lua URL -- pipeline N    N requests in one piece
--   wrk -s wrk.lua URL -- files N       URL followed by 0, 1 ... N-1, in turn
--   wrk -s wrk.lua URL                  the same request for ever

local function pipeline(n)
  local format = wrk.format
  wrk.format = function() return string.rep(format(), n) end
end

local function files(n)
  local requests, last = {}, 0
  for i = 1, n do
    requests[i] = wrk.format(nil, wrk.path .. (i - 1))
  end
  request = function()
    last = last % n + 1
    return requests[last]
  end
end

function init(args)
  local count = tonumber(args[2])
  if args[1] == "pipeline" then pipeline(count) end
  if args[1] == "files" then files(count) end
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format("bench requests %d us %d errors %d refused %d p50 %d\n",
    summary.requests, summary.duration, e.connect + e.read + e.write + e.timeout,
    e.status, latency:percentile(50)))
end
