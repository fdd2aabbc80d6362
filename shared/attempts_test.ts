import { assertEquals } from "../tests/support/assert.ts";
import { AttemptBody, AttemptReport } from "./attempts.ts";
import { noTokens } from "./tokens.ts";

const REPORT = {
  id: "attempt-1",
  call_id: "call-of-1",
  retry: 0,
  workspace_id: "acme",
  endpoint: "responses",
  model: "gpt-5.4",
  app: null,
  stream: false,
  started_at: "2026-11-21T10:00:00.000Z",
  latency_ms: 1,
  first_byte_ms: null,
  outcome: "ok",
  http_status: 200,
  error_code: null,
  service_tier: null,
  usage: noTokens(),
  usage_source: "counted",
};

Deno.test("a report has a run, a request id and parts of its usage, but no key and no cost of its own", () => {
  const accepts = (change: object) => AttemptReport.safeParse({ ...REPORT, ...change }).success;
  const parts = { cache_write_tokens: 3, audio_seconds: 8.25 };
  assertEquals(accepts({ run: "nightly 7", request_id: "req_0", usage_parts: parts }), true);
  const refused = [
    { run: "" },
    { run: " a" },
    { run: "a\nb" },
    { run: "x".repeat(201) },
    { usage_parts: { images: 0.5 } },
    { usage_parts: { images: -1 } },
    { usage_parts: { audio_seconds: Infinity } },
    { usage_parts: { wishes: 3 } },
    { key_id: "abcdefgh" },
    { cost_usd: "0.000000000" },
    { unpriced: null },
  ];
  assertEquals(refused.filter(accepts), []);
});

Deno.test("an attempt that the service shows has its cost as a decimal string", () => {
  const rest = { charged_tokens: null, requested_model: null, takes_request: null, key_id: null, run: null };
  const body = { ...REPORT, ...rest, request_id: null, usage_parts: null, unpriced: null, charged_usd: null };
  const accepts = (cost_usd: unknown) => AttemptBody.safeParse({ ...body, cost_usd }).success;
  assertEquals(["0.000583700", null, 0.0005837, "5.8e-4", ""].map(accepts), [true, true, false, false, false]);
});
