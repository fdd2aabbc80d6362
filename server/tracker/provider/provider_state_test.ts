import { bench, failed, LIMITS, ok, plan, reserve, send } from "../../../tests/api/fixture.ts";
import { assert, assertEquals, assertStringIncludes } from "../../../tests/support/assert.ts";
import type { AttemptPlan, AttemptResult } from "../../attempts/recorder.ts";
import type { Tracker } from "../tracker.ts";

const roomy = (mode: "enforce" | "observe" = "enforce") =>
  bench({ mode, limits: { ...LIMITS, requests_per_minute: 10_000, requests_per_day: null, tokens_per_minute: null } });
const cause = (tracker: Tracker) => {
  const { status, cause } = tracker.status("acme");
  return [status, cause?.code ?? null];
};
const refusalOf = (tracker: Tracker, over: Partial<AttemptPlan> = {}) => {
  const decision = tracker.reserve(plan(over));
  if ("settle" in decision) return void decision.release(null);
  return decision;
};
const headers = (unit: string, limit: number, remaining: number, reset: string) => ({
  [`x-ratelimit-limit-${unit}`]: `${limit}`,
  [`x-ratelimit-remaining-${unit}`]: `${remaining}`,
  [`x-ratelimit-reset-${unit}`]: reset,
});
const answer = (limit_headers: Record<string, string>, over: Partial<AttemptResult> = {}) =>
  ok(1, { model: "gpt-5.4", limit_headers, ...over });

Deno.test("a pool is full, refills, is complete at its reset, and is no longer shown after a day", () => {
  const { tracker, clock } = roomy();
  const left = () => tracker.status("acme").provider[0]?.requests?.remaining;
  send(tracker, answer(headers("requests", 500, 480, "2.4s")));
  assertEquals([left(), cause(tracker)], [480, ["normal", null]]);
  send(tracker, answer(headers("requests", 500, 0, "60s")));
  assertEquals([left(), cause(tracker)], [0, ["rate_limited", "provider_requests"]]);
  const { cause: why } = tracker.status("acme");
  assertEquals([why?.source, why?.fix, Date.parse(why!.until!) - clock.now()], ["reported", "wait", 1000]);
  clock.advance(1000);
  assertEquals([left(), cause(tracker)], [8, ["warning", "provider_requests"]]);
  clock.advance(Date.parse(tracker.status("acme").cause!.until!) - clock.now());
  assertEquals([left(), cause(tracker)], [51, ["normal", null]]);
  clock.advance(60_000);
  assertEquals(left(), 500);
  clock.advance(24 * 3_600_000);
  assertEquals(tracker.status("acme").provider, []);
});

Deno.test("an empty pool by the provider's headers is shown, but only a 429 makes calls wait", () => {
  const { tracker } = roomy();
  send(tracker, answer(headers("tokens", 30_000, 0, "1m0s")));
  assertEquals(cause(tracker), ["rate_limited", "provider_tokens"]);
  assertEquals(refusalOf(tracker), undefined);
});

Deno.test("snapshots and fine-tuned models share their family's pool; long context has its own", () => {
  const { tracker } = roomy();
  for (const model of ["gpt-5.4", "gpt-5.4-2026-08-01", "ft:gpt-5.4-2026-08-01:acme::1"]) {
    send(tracker, answer(headers("requests", 500, 400, "12s"), { model }));
  }
  const usage = { ...ok().usage, input_tokens: 300_000 };
  send(tracker, answer(headers("requests", 100, 90, "6s"), { usage }));
  send(tracker, answer(headers("project-tokens", 900, 800, "6s"), { model: "text-embedding-3-small" }));
  const pools = tracker.status("acme").provider.map(({ pool, requests, tokens }) => [
    pool,
    requests?.limit ?? null,
    tokens?.limit ?? null,
  ]);
  assertEquals(pools, [["gpt-5.4", 500, null], ["gpt-5.4 long context", 100, null], [
    "text-embedding-3-small",
    null,
    900,
  ]]);
});

Deno.test("pools beyond the limit replace the oldest one", () => {
  const { tracker } = roomy();
  for (let model = 0; model < 50; model++) {
    send(tracker, answer(headers("requests", 500, 400, "12s"), { model: `m-${model}` }));
  }
  const { provider } = tracker.status("acme");
  assertEquals([provider.length, provider[0].pool], [20, "m-30"]);
});

Deno.test("use elsewhere excludes this workspace's calls, in flight or ended, and includes all others", () => {
  const { tracker, clock } = roomy();
  const elsewhere = () => tracker.status("acme").provider[0]?.used_elsewhere;
  const requests = (remaining: number) => answer(headers("requests", 500, remaining, `${(500 - remaining) * 120}ms`));
  send(tracker, requests(499));
  assertEquals(elsewhere(), null);
  const inFlight = Array.from({ length: 30 }, () => reserve(tracker));
  send(tracker, requests(468));
  assertEquals(elsewhere(), { requests: 0, tokens: 0 });
  // 33 calls of other programs and workspaces with the same key.
  send(tracker, requests(435));
  assertEquals(elsewhere(), { requests: 32, tokens: 0 });
  for (const one of inFlight) one.settle(ok(1));
  // A call that was not sent is neither ours nor the provider's.
  reserve(tracker).release(null);
  send(tracker, requests(434));
  assertEquals(elsewhere(), { requests: 32, tokens: 0 });
  clock.advance(60_000);
  assertEquals(elsewhere(), { requests: 0, tokens: 0 });
});

Deno.test("use of tokens elsewhere excludes what our calls reserved, because the provider counts that too", () => {
  const { tracker } = roomy();
  const tokens = (used: number) => answer(headers("tokens", 150_000, 150_000 - used, `${used * 0.4}ms`));
  const elsewhere = () => tracker.status("acme").provider[0].used_elsewhere?.tokens;
  send(tracker, tokens(4000), { tokens: 4000 });
  send(tracker, tokens(8000), { tokens: 4000 });
  assertEquals(elsewhere(), 0);
  // An answer that takes more than was reserved is ours in full.
  send(tracker, { ...tokens(18_000), usage: { ...ok().usage, total_tokens: 10_000 } }, { tokens: 100 });
  assertEquals(elsewhere(), 0);
  send(tracker, tokens(30_000), { tokens: 100 });
  assertEquals(elsewhere(), 12_000 - 100);
});

Deno.test("the headers of a stream count from its first byte, not from its end", () => {
  const { tracker, clock } = roomy();
  const permit = reserve(tracker);
  clock.advance(30_000);
  permit.settle(answer(headers("requests", 500, 250, "30s"), { first_byte_ms: 1000, latency_ms: 30_000 }));
  const [{ requests, observed_at }] = tracker.status("acme").provider;
  assertEquals(clock.now() - Date.parse(observed_at), 29_000);
  assertEquals(requests?.remaining, 250 + Math.floor(250 * 29 / 30));
});

Deno.test("a cool-down refuses the calls of its model for the requested time, and no others", () => {
  const { tracker, clock } = roomy();
  send(tracker, failed(429, "rate_limit_exceeded", { limit_headers: { "retry-after": "20" } }));
  const refused = refusalOf(tracker, { model: "gpt-5.4-2026-08-01" });
  assertEquals([refused?.refused, refused?.retry_after_ms], ["provider_cooling_down", 20_000]);
  assertEquals(
    refused?.message,
    'Cannot send a call to gpt-5.4-2026-08-01 for workspace "acme": OpenAI answered 429 (rate_limit_exceeded) for ' +
      "gpt-5.4. Nothing was sent to OpenAI. Try again in 20 s.",
  );
  for (const model of ["text-embedding-3-small", null]) assertEquals(refusalOf(tracker, { model }), undefined);
  clock.advance(20_000);
  assertEquals([refusalOf(tracker), cause(tracker)], [undefined, ["normal", null]]);
});

Deno.test("observe mode shows cool-downs and a lack of quota, and refuses nothing", () => {
  const { tracker } = roomy("observe");
  send(tracker, failed(429, "rate_limit_exceeded", { limit_headers: { "retry-after": "20" } }));
  assertEquals([refusalOf(tracker), cause(tracker)], [undefined, ["rate_limited", "provider_rate_limit"]]);
  for (let call = 0; call < 20; call++) send(tracker, failed(429, "insufficient_quota"));
  assertEquals([refusalOf(tracker), cause(tracker)], [undefined, ["quota_exceeded", "insufficient_quota"]]);
  send(tracker);
  assertEquals(cause(tracker), ["normal", null]);
});

Deno.test("an error inside a 200 counts by its code: rate limit, lack of quota, failing upstream", () => {
  const { tracker, clock } = roomy();
  send(tracker, failed(200, "rate_limit_exceeded"));
  assertStringIncludes(tracker.status("acme").cause!.message, "OpenAI broke off its answer (rate_limit_exceeded)");
  clock.advance(60_000);
  for (let call = 0; call < 3; call++) send(tracker, failed(200, "server_error"));
  assertEquals(cause(tracker), ["degraded", "upstream_failing"]);
  send(tracker, failed(200, "insufficient_quota"));
  assertEquals(cause(tracker), ["quota_exceeded", "insufficient_quota"]);
});

Deno.test("a wrong key changes no status; it is logged, and the calls count as failed", () => {
  const { tracker, log } = roomy();
  for (let call = 0; call < 5; call++) send(tracker, failed(401, "invalid_api_key"));
  assertEquals([cause(tracker), tracker.status("acme").usage.failed], [["normal", null], 5]);
  assert(log.length > 0 && log.every((event) => event === "provider_refused_credentials"));
});

Deno.test("without quota, free calls pass and prove nothing; images are not free", () => {
  const { tracker } = roomy();
  send(tracker, failed(429, "insufficient_quota"));
  const probe = reserve(tracker);
  send(tracker, ok(0, { usage_source: "none" }), { tokens: 0, endpoint: "models", model: null });
  assertEquals(cause(tracker), ["quota_exceeded", "insufficient_quota"]);
  assertEquals(refusalOf(tracker, { tokens: 0, endpoint: "images/generations" })?.refused, "provider_quota_exceeded");
  probe.settle(ok());
  assertEquals([cause(tracker), refusalOf(tracker)], [["normal", null], undefined]);
});

Deno.test("a reset of the status ends cool-downs and the lack of quota", () => {
  const { tracker } = roomy();
  send(tracker, failed(429, "slow_down", { limit_headers: { "retry-after": "600" } }));
  send(tracker, failed(429, "insufficient_quota"), { model: "other" });
  reserve(tracker, { model: "other" });
  assert(refusalOf(tracker));
  tracker.reset("acme", "status");
  assertEquals([cause(tracker), refusalOf(tracker)], [["normal", null], undefined]);
});

Deno.test("a workspace's cool-down and lack of quota do not affect others", () => {
  const { tracker } = roomy();
  send(tracker, failed(429, "insufficient_quota"));
  send(tracker, failed(429, "slow_down", { limit_headers: { "retry-after": "600" } }));
  assertEquals([refusalOf(tracker, { workspace_id: "other" }), tracker.status("other").provider], [undefined, []]);
});

Deno.test("streams that begin far later than usual degrade the status until they recover", () => {
  const { tracker, clock } = roomy();
  const stream = (first_byte_ms: number, times: number) => {
    for (let each = 0; each < times; each++) {
      const permit = reserve(tracker, { stream: true });
      clock.advance(first_byte_ms);
      permit.settle(ok(1, { first_byte_ms, latency_ms: first_byte_ms }));
    }
  };
  stream(900, 24);
  stream(14_000, 8);
  assertEquals(cause(tracker), ["degraded", "upstream_failing"]);
  assertEquals(
    tracker.status("acme").cause?.message,
    "OpenAI answers slowly: streams of gpt-5.4 begin after 14 s, usually after 1 s",
  );
  assertEquals([tracker.availability("acme").available, refusalOf(tracker)], [true, undefined]);
  stream(900, 5);
  assertEquals(cause(tracker), ["normal", null]);
});

Deno.test("headers of a response without a first byte count from the end of the attempt", () => {
  const { tracker, clock } = roomy();
  const permit = reserve(tracker);
  clock.advance(2000);
  permit.settle(answer(headers("requests", 500, 250, "30s"), { first_byte_ms: null, latency_ms: 500 }));
  assertEquals(clock.now() - Date.parse(tracker.status("acme").provider[0].observed_at), 1500);
});

Deno.test("a latency beyond the present does not date an observation into the future", () => {
  const { tracker, clock } = roomy();
  send(tracker, answer(headers("requests", 500, 250, "30s"), { first_byte_ms: 90_000 }));
  assertEquals(Date.parse(tracker.status("acme").provider[0].observed_at), clock.now());
});

Deno.test("a streaming probe that has proved quota ends the lack, also when it fails later", () => {
  const { tracker, clock } = roomy();
  send(tracker, failed(429, "insufficient_quota"));
  const probe = reserve(tracker, { stream: true });
  probe.begun?.();
  assertEquals(cause(tracker), ["quota_exceeded", "insufficient_quota"]);
  clock.advance(2000);
  assertEquals([cause(tracker), refusalOf(tracker)], [["normal", null], undefined]);
  probe.settle(failed(200, "server_error"));
  assertEquals([cause(tracker), refusalOf(tracker)], [["normal", null], undefined]);
});

Deno.test("a probe with the caller's mistake proves nothing, and another may follow immediately", () => {
  const { tracker } = roomy();
  send(tracker, failed(429, "insufficient_quota"));
  send(tracker, failed(400, "invalid_request_error"));
  assertEquals(refusalOf(tracker), undefined);
  send(tracker, failed(500, "server_error"));
  assertEquals(refusalOf(tracker)?.retry_after_ms, 1000);
});
