import { bench, failed, LIMITS, ok, plan, reserve, send } from "../../../tests/api/fixture.ts";
import { assertEquals } from "../../../tests/support/assert.ts";
import { fakePricing } from "../../../tests/support/fake_pricing.ts";
import { noTokens } from "../../../shared/tokens.ts";
import { AttemptCounters } from "./attempt_counters.ts";
import { attemptFamilies } from "./attempt_families.ts";
import { exposition } from "./exposition.ts";

/** A tracker with a minute of `requests`, and the lines of its metrics that match. */
function setUp(max_labels = 10, requests = 100) {
  const limits = { ...LIMITS, requests_per_minute: requests, requests_per_day: 1000 };
  const { tracker } = bench({ limits, pricing: fakePricing() });
  const counters = new AttemptCounters(max_labels);
  tracker.events.add(counters);
  const lines = (found: RegExp) =>
    exposition(attemptFamilies(counters)).split("\n").filter((line) => !line.startsWith("#") && found.test(line));
  return { tracker, lines };
}

Deno.test("attempts are counted by workspace, outcome and source of their tokens", () => {
  const { tracker, lines } = setUp();
  const usage = { ...noTokens(), input_tokens: 70, cached_input_tokens: 20, output_tokens: 30, reasoning_tokens: 10 };
  send(tracker, ok(0, { usage: { ...usage, total_tokens: 100 } }));
  send(tracker, failed(500, "server_error"));
  reserve(tracker).release("ECONNREFUSED");
  assertEquals(lines(/^quota_(calls|attempts|unsent|tokens|cached|reasoning).* [^0]/), [
    'quota_calls_total{workspace="acme"} 2',
    'quota_attempts_total{workspace="acme",outcome="ok"} 1',
    'quota_attempts_total{workspace="acme",outcome="failed"} 1',
    'quota_attempts_by_usage_total{workspace="acme",usage_source="counted"} 1',
    'quota_attempts_by_usage_total{workspace="acme",usage_source="none"} 1',
    'quota_unsent_attempts_total{workspace="acme"} 1',
    'quota_tokens_total{workspace="acme",kind="input"} 70',
    'quota_tokens_total{workspace="acme",kind="output"} 30',
    'quota_cached_input_tokens_total{workspace="acme"} 20',
    'quota_reasoning_tokens_total{workspace="acme"} 10',
  ]);
});

Deno.test("costs are summed exactly, and attempts of unknown cost are counted", () => {
  const { tracker, lines } = setUp();
  for (let call = 0; call < 3; call++) send(tracker, ok(100));
  send(tracker, ok(100, { model: "unknown-1" }));
  assertEquals(lines(/cost|unpriced/), [
    'quota_cost_usd_total{workspace="acme"} 0.003000000',
    'quota_unpriced_attempts_total{workspace="acme"} 1',
  ]);
});

Deno.test("a retry is a further attempt of its call", () => {
  const { tracker, lines } = setUp();
  send(tracker, failed(500, "server_error"), { call_id: "one-call" });
  send(tracker, ok(), { call_id: "one-call", retry: 1 });
  assertEquals(lines(/calls_total/), ['quota_calls_total{workspace="acme"} 1']);
});

Deno.test("refusals are counted by code", () => {
  const { tracker, lines } = setUp(10, 1);
  send(tracker);
  for (let time = 0; time < 3; time++) tracker.reserve(plan());
  assertEquals(lines(/refusals.* [^0]/), ['quota_refusals_total{workspace="acme",code="workspace_rate_limited"} 3']);
});

Deno.test("latencies are counted by model, only where the upstream has answered", () => {
  const { tracker, lines } = setUp();
  send(tracker, ok(1, { model: "gpt-5.4", latency_ms: 1500, first_byte_ms: 200 }));
  send(tracker, ok(1, { outcome: "failed", model: "gpt-5.4", http_status: null, latency_ms: 90_000 }));
  assertEquals(lines(/latency.*(le="1"|le="2.5"|le="\+Inf"|sum|count)/), [
    'quota_upstream_latency_seconds_bucket{model="gpt-5.4",le="1"} 0',
    'quota_upstream_latency_seconds_bucket{model="gpt-5.4",le="2.5"} 1',
    'quota_upstream_latency_seconds_bucket{model="gpt-5.4",le="+Inf"} 1',
    'quota_upstream_latency_seconds_sum{model="gpt-5.4"} 1.5',
    'quota_upstream_latency_seconds_count{model="gpt-5.4"} 1',
  ]);
  assertEquals(lines(/first_byte_seconds_sum/), ['quota_upstream_first_byte_seconds_sum{model="gpt-5.4"} 0.2']);
  assertEquals(lines(/responses/), [
    'quota_upstream_responses_total{status="200"} 1',
    'quota_upstream_responses_total{status="none"} 1',
  ]);
});

Deno.test("workspaces and models beyond the bound, and names of any length, share the label other", () => {
  const { tracker, lines } = setUp(2, 1000);
  for (const workspace_id of ["a", "b", "c", "d", "a"]) send(tracker, ok(), { workspace_id });
  for (let n = 0; n < 200; n++) send(tracker, ok(1, { model: `made-up-${n}` }), { workspace_id: "a" });
  send(tracker, ok(1, { model: "x".repeat(10_000) }), { workspace_id: "a" });
  assertEquals(lines(/calls_total/), [
    'quota_calls_total{workspace="a"} 203',
    'quota_calls_total{workspace="b"} 1',
    'quota_calls_total{workspace="other"} 2',
  ]);
  assertEquals(lines(/latency_seconds_count/), [
    'quota_upstream_latency_seconds_count{model="gpt-5.4"} 5',
    'quota_upstream_latency_seconds_count{model="made-up-0"} 1',
    'quota_upstream_latency_seconds_count{model="other"} 200',
  ]);
});
