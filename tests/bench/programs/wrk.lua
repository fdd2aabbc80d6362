-- Posts BENCH_BODY, or sends a GET when it is empty. Prints the result as one line of JSON.
local body = os.getenv("BENCH_BODY")
if body ~= "" then
  wrk.method = "POST"
  wrk.body = body
  wrk.headers["content-type"] = "application/json"
end
wrk.headers["authorization"] = "Bearer sk-bench"
local extra = os.getenv("BENCH_HEADERS")
if extra then
  for name, value in string.gmatch(extra, "([%w-]+)=([^;]+)") do wrk.headers[name] = value end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"errors":%d,"p50_us":%d,"p99_us":%d}\n',
    summary.requests, summary.duration / 1e6,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)
  ))
end
