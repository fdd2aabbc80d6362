import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { mayRefuseUsage, UsageRefusals } from "./usage_refusals.ts";

/** As servers have sent them. */
const REFUSALS: [status: number, body: string][] = [
  [
    400,
    '{"error":{"message":"Unrecognized request argument supplied: stream_options","type":"invalid_request_error"}}',
  ],
  [400, '{"error":{"message":"Unknown parameter: \'stream_options.include_usage\'.","param":"stream_options"}}'],
  [400, '{"error":{"message":"Validation error at #/stream_options: Extra inputs are not permitted"}}'],
  [
    422,
    '{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]}',
  ],
  [422, '{"object":"error","message":{"detail":[{"loc":["body","streamOptions"]}]}}'],
  [400, "[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options')}]"],
  [400, '{"code":3,"message":"Invalid JSON payload received. Unknown name \\"include_usage\\""}'],
  [400, "STREAM_OPTIONS is not supported"],
  [400, '{"error":"unknown field"}'],
  [400, "Additional properties are not allowed"],
  [422, '{"message":"The request has an unexpected parameter"}'],
  [400, '{"error":{"message":"This argument is not supported","param":null}}'],
  [400, ""],
  [501, '{"error":"stream_options is not implemented"}'],
  [404, '{"error":"no handler for include_usage"}'],
];

const OTHERS: [status: number, body: string][] = [
  [
    400,
    '{"error":{"message":"Unsupported parameter: \'max_tokens\' is not supported with this model","param":"max_tokens"}}',
  ],
  [400, '{"error":{"message":"Invalid value for \'temperature\'","param":"temperature"}}'],
  [400, '{"error":{"message":"This model\'s maximum context length is 8192 tokens","param":"messages"}}'],
  [422, '{"detail":[{"type":"missing","loc":["body","messages"],"msg":"Field required"}]}'],
  [404, '{"error":{"message":"The model `gpt-9` does not exist","code":"model_not_found"}}'],
  [404, ""],
  [401, '{"error":{"message":"Incorrect API key; stream_options"}}'],
  [429, '{"error":{"message":"stream_options"}}'],
  [500, "stream_options"],
  [400, '{"error":{"message":"Your prompt was rejected by our safety system"}}'],
];

Deno.test("an error that names the option, or an unknown field without a name, may refuse the request for usage", () => {
  for (const [status, body] of REFUSALS) assert(mayRefuseUsage(status, body), body);
});

Deno.test("an error with another status, or about another field, does not", () => {
  for (const [status, body] of OTHERS) assert(!mayRefuseUsage(status, body), body);
});

Deno.test("hostile errors are read quickly", () => {
  const started = performance.now();
  for (const text of ["unknown ".repeat(20_000), "field ".repeat(20_000), `"param": [${'"a",'.repeat(20_000)}`]) {
    mayRefuseUsage(400, text.slice(0, 65_536));
  }
  assert(performance.now() - started < 300);
});

Deno.test("a model is remembered for its upstream, and the oldest is forgotten", () => {
  const refusals = new UsageRefusals();
  assertEquals(refusals.has("http://a", "m"), false);
  refusals.add("http://a", "m");
  refusals.add("http://a", null);
  const known = [["http://a", "m"], ["http://b", "m"], ["http://a", "n"], ["http://a", null]] as const;
  assertEquals(known.map(([upstream, model]) => refusals.has(upstream, model)), [true, false, false, true]);
  for (let nth = 0; nth < 999; nth++) refusals.add("http://a", `m${nth}`);
  assertEquals([refusals.has("http://a", "m"), refusals.has("http://a", null)], [false, true]);
});
