import fc from "fast-check";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import type { QuotaStatus, Stats } from "../../shared/quota.ts";
import { instant, meter } from "./meter.ts";
import { type Latch, type Situation, verdict } from "./verdict.ts";
import type { ObservedPool } from "./observation.ts";

const NOW = Date.parse("2026-11-21T10:00:00Z");

function stats(rpm: number, rpd: number, tpm: number): Stats {
  const reading = (used: number, limit: number, window: "rolling_60s" | "calendar_day") =>
    meter({ used, reserved: 0, limit, window, resets_at_ms: NOW + 30_000, available_at_ms: NOW + 9_000 });
  return {
    requests_per_minute: reading(rpm, 500, "rolling_60s"),
    requests_per_day: reading(rpd, 10_000, "calendar_day"),
    tokens_per_minute: reading(tpm, 150_000, "rolling_60s"),
    tokens_per_day: null,
  };
}
const model = (name: string, rpm: number, rpd = 0, tpm = 0) => ({ model: name, stats: stats(rpm, rpd, tpm) });
const latch = (code: Latch["code"], until_ms: number | null = null): Latch => ({ code, message: "m", until_ms });
const pool = (remaining: number, resets_in: number, name = "gpt-5.4"): ObservedPool => ({
  pool: name,
  requests: { limit: 500, remaining, observed_at_ms: NOW, resets_at_ms: NOW + resets_in },
  tokens: null,
});

const cases: [string, Partial<Situation>, QuotaStatus, string | null][] = [
  ["nothing used", {}, "normal", null],
  ["89.9 %", { stats: stats(449, 0, 0) }, "normal", null],
  ["90 %", { stats: stats(450, 0, 0) }, "warning", "requests_per_minute"],
  ["two limits close: the one with less headroom", { stats: stats(450, 0, 149_000) }, "warning", "tokens_per_minute"],
  ["a full minute", { stats: stats(500, 0, 0) }, "rate_limited", "requests_per_minute"],
  ["a full day", { stats: stats(0, 10_000, 0) }, "quota_exceeded", "requests_per_day"],
  ["day and minute full: the day", { stats: stats(500, 10_000, 0) }, "quota_exceeded", "requests_per_day"],
  ["more tokens than the limit", { stats: stats(0, 0, 151_000) }, "rate_limited", "tokens_per_minute"],
  ["no quota at the provider", { latch: latch("insufficient_quota") }, "quota_exceeded", "insufficient_quota"],
  [
    "no quota at the provider, and a full minute",
    { latch: latch("insufficient_quota"), stats: stats(500, 0, 0) },
    "quota_exceeded",
    "insufficient_quota",
  ],
  ["a cool-down", { latch: latch("provider_rate_limit", NOW + 1) }, "rate_limited", "provider_rate_limit"],
  ["a cool-down that has ended", { latch: latch("provider_rate_limit", NOW) }, "normal", null],
  ["a failing upstream", { latch: latch("upstream_failing") }, "degraded", "upstream_failing"],
  [
    "a failing upstream and 95 %",
    { latch: latch("upstream_failing"), stats: stats(475, 0, 0) },
    "degraded",
    "upstream_failing",
  ],
  ["a failing ledger", { ledger_fault: "Calls cannot be written" }, "degraded", "ledger_failing"],
  [
    "a failing ledger and a full minute",
    { ledger_fault: "Calls cannot be written", stats: stats(500, 0, 0) },
    "rate_limited",
    "requests_per_minute",
  ],
  ["12 left at the provider", { pools: [pool(12, 1000)] }, "warning", "provider_requests"],
  ["51 left at the provider", { pools: [pool(51, 1000)] }, "normal", null],
  ["50 left at the provider", { pools: [pool(50, 1000)] }, "warning", "provider_requests"],
  ["none left at the provider", { pools: [pool(0, 1000)] }, "rate_limited", "provider_requests"],
  ["none left at the provider, past its reset", { pools: [pool(0, 0)] }, "normal", null],
  [
    "95 % by our count, 98 % by the provider's: the lower headroom",
    { stats: stats(475, 0, 0), pools: [pool(10, 1000)] },
    "warning",
    "provider_requests",
  ],
  [
    "99 % by our count, 98 % by the provider's: the lower headroom",
    { stats: stats(495, 0, 0), pools: [pool(10, 1000)] },
    "warning",
    "requests_per_minute",
  ],
  [
    "a full minute, and none left at the provider",
    { stats: stats(500, 0, 0), pools: [pool(0, 1000)] },
    "rate_limited",
    "requests_per_minute",
  ],
  ["12 left at the provider, past its reset", { pools: [pool(12, 0)] }, "normal", null],
  ["a model at 89.9 %", { models: [model("a", 449)] }, "normal", null],
  ["a model at 90 %", { models: [model("a", 449), model("b", 450)] }, "warning", "requests_per_minute to b"],
  [
    "two models close: the one with less headroom",
    { models: [model("a", 450), model("b", 460)] },
    "warning",
    "requests_per_minute to b",
  ],
  ["a model's full minute", { models: [model("a", 500)] }, "rate_limited", "requests_per_minute to a"],
  ["a model's full day", { models: [model("a", 0, 10_000)] }, "quota_exceeded", "requests_per_day to a"],
  [
    "one model's minute and another's day full: the day",
    { models: [model("a", 500), model("b", 0, 10_000)] },
    "quota_exceeded",
    "requests_per_day to b",
  ],
  [
    "a model's full day and the workspace's full minute: the workspace's",
    { stats: stats(500, 0, 0), models: [model("a", 0, 10_000)] },
    "rate_limited",
    "requests_per_minute",
  ],
  [
    "a full model and a failing ledger: the ledger",
    { ledger_fault: "Calls cannot be written", models: [model("a", 500)] },
    "degraded",
    "ledger_failing",
  ],
  [
    "a full model and none left at the provider",
    { pools: [pool(0, 1000)], models: [model("a", 500)] },
    "rate_limited",
    "provider_requests",
  ],
  [
    "a full model and a failing upstream",
    { latch: latch("upstream_failing"), models: [model("a", 500)] },
    "rate_limited",
    "requests_per_minute to a",
  ],
  [
    "a full model and a close workspace",
    { stats: stats(495, 0, 0), models: [model("a", 500)] },
    "rate_limited",
    "requests_per_minute to a",
  ],
  [
    "95 % of the workspace's, 98 % of a model's, 96 % at the provider: the lowest headroom",
    { stats: stats(475, 0, 0), models: [model("a", 0, 0, 147_000)], pools: [pool(20, 1000)] },
    "warning",
    "tokens_per_minute to a",
  ],
  [
    "95 % of the workspace's, 96 % of a model's, 98 % at the provider: the lowest headroom",
    { stats: stats(475, 0, 0), models: [model("a", 480)], pools: [pool(10, 1000)] },
    "warning",
    "provider_requests",
  ],
  [
    "the workspace's limit and a model's equally close: the workspace's",
    { stats: stats(475, 0, 0), models: [model("a", 475)] },
    "warning",
    "requests_per_minute",
  ],
];
for (const [name, situation, status, code] of cases) {
  Deno.test(`verdict: ${name} is ${status}`, () => {
    const calm = {
      now_ms: NOW,
      stats: stats(0, 0, 0),
      models: [],
      pools: [],
      latch: null,
      ledger_fault: null,
      warning_ratio: 0.9,
    };
    const got = verdict({ ...calm, ...situation });
    const { cause } = got;
    const found = cause && cause.code + (cause.model === undefined ? "" : ` to ${cause.model}`);
    assertEquals([got.status, found], [status, code]);
  });
}

Deno.test("the cause of a model's limit names the model, its numbers, and when it opens", () => {
  const got = verdict({
    now_ms: NOW,
    stats: stats(0, 0, 0),
    models: [model("gpt-5.4", 500), model("o5", 0)],
    pools: [],
    latch: null,
    ledger_fault: null,
    warning_ratio: 0.9,
  });
  assertEquals(got.cause, {
    code: "requests_per_minute",
    model: "gpt-5.4",
    message: "500 of 500 requests to gpt-5.4 in the last 60 s",
    source: "counted",
    until: instant(NOW + 9_000),
    fix: "wait",
  });
});

Deno.test("a full limit's cause has its numbers, when it opens, and the fix", () => {
  const got = verdict({
    now_ms: NOW,
    stats: stats(500, 0, 0),
    models: [],
    pools: [],
    latch: null,
    ledger_fault: null,
    warning_ratio: 0.9,
  });
  assertEquals(got.cause, {
    code: "requests_per_minute",
    message: "500 of 500 requests in the last 60 s",
    source: "counted",
    until: instant(NOW + 9_000),
    fix: "wait",
  });
});

Deno.test("a warning's cause is in force until its window resets; a full day is fixed by raising the limit", () => {
  const decide = (of: Stats) =>
    verdict({
      now_ms: NOW,
      stats: of,
      models: [],
      pools: [],
      latch: null,
      ledger_fault: null,
      warning_ratio: 0.9,
    }).cause;
  assertEquals(decide(stats(475, 0, 0)), {
    code: "requests_per_minute",
    message: "475 of 500 requests in the last 60 s",
    source: "counted",
    until: instant(NOW + 30_000),
    fix: "wait",
  });
  assertEquals(decide(stats(0, 10_000, 0)), {
    code: "requests_per_day",
    message: "10,000 of 10,000 requests today",
    source: "counted",
    until: instant(NOW + 9_000),
    fix: "raise_limit",
  });
});

Deno.test("a latch's cause has its message, its end and its fix", () => {
  const decide = (latch: Latch) =>
    verdict({
      now_ms: NOW,
      stats: stats(0, 0, 0),
      models: [],
      pools: [],
      latch,
      ledger_fault: null,
      warning_ratio: 0.9,
    }).cause;
  const fixes = { insufficient_quota: "billing", provider_rate_limit: "wait", upstream_failing: "upstream" } as const;
  for (const [code, fix] of Object.entries(fixes) as [Latch["code"], "wait"][]) {
    assertEquals(decide(latch(code)), { code, message: "m", source: "reported", until: null, fix });
    assertEquals(decide(latch(code, NOW + 1))?.until, instant(NOW + 1));
  }
});

Deno.test("property: a model's limit never improves the status, never hides a state that stops every call, and is named", () => {
  const level: Record<QuotaStatus, number> = { normal: 0, warning: 1, degraded: 2, rate_limited: 3, quota_exceeded: 4 };
  const used = fc.tuple(fc.integer({ min: 0, max: 510 }), fc.integer({ min: 0, max: 10_100 }), fc.nat(151_000));
  const some = fc.record({
    own: used,
    models: fc.array(used, { maxLength: 4 }),
    left: fc.option(fc.integer({ min: 0, max: 500 })),
    latch: fc.constantFrom(
      null,
      latch("upstream_failing"),
      latch("insufficient_quota"),
      latch("provider_rate_limit", 1),
    ),
    ledger_fault: fc.constantFrom(null, "Calls cannot be written"),
  });
  fc.assert(fc.property(some, ({ own, models, left, latch, ledger_fault }) => {
    const pools = left === null ? [] : [pool(left, 1000)];
    const base = { now_ms: NOW, stats: stats(...own), pools, latch, ledger_fault, warning_ratio: 0.9 };
    const without = verdict({ ...base, models: [] });
    const named = models.map((each, index) => model(`model-${index}`, ...each));
    const found = verdict({ ...base, models: named });
    assert(level[found.status] >= level[without.status], `${without.status}, then ${found.status}`);
    const stopsAll = level[without.status] >= 3 || without.cause?.code === "ledger_failing";
    if (stopsAll) assertEquals(found, without);
    else if (named.some(({ stats }) => Object.values(stats).some((meter) => meter?.remaining === 0))) {
      assert(found.cause?.model !== undefined && level[found.status] >= 3);
    }
    const of = named.find(({ model }) => model === found.cause?.model);
    if (found.cause?.model !== undefined) assert(of && found.cause.message.includes(`to ${of.model} `));
  }));
});
