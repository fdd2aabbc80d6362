import { type Bench, bench, failed, LIMITS, ok, reserve, send } from "../../tests/api/fixture.ts";
import { assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import type { ResetScope } from "../../shared/api.ts";

/** A bench whose tracker ticks each second, and the notices that it sent. */
const living = (options: Parameters<typeof bench>[0] = {}): Bench & { levels(): Promise<string[]> } => {
  const made = bench(options);
  made.clock.every(1000, () => made.tracker.tick());
  const levels = async () => {
    made.clock.advance(20);
    await made.tracker.flushed();
    const told = await made.ledger.notices("acme", 99);
    return told.toReversed().map(({ level, code }) => code ? `${level} ${code}` : level);
  };
  return { ...made, levels };
};
const now = ({ tracker }: Bench) => {
  const { status, cause } = tracker.status("acme");
  return [status, cause?.code ?? null];
};
const times = (count: number, fn: () => void) => {
  for (let done = 0; done < count; done++) fn();
};

Deno.test("a workspace's life: normal, warning, rate limited, and back as the minute drains", async () => {
  const life = living();
  const { tracker, clock } = life;
  times(8, () => send(tracker, ok(1)));
  assertEquals(now(life), ["normal", null]);
  clock.advance(10_000);
  send(tracker, ok(1));
  assertEquals(now(life), ["warning", "requests_per_minute"]);
  assertEquals(await life.levels(), ["warning requests_per_minute"]);
  clock.advance(10_000);
  send(tracker, ok(1));
  assertEquals(now(life), ["rate_limited", "requests_per_minute"]);
  const { cause, stats } = tracker.status("acme");
  assertEquals(cause?.until, stats.requests_per_minute?.available_at);
  const told: string[] = [];
  tracker.onChange(() => told.push(tracker.status("acme").status));
  clock.advance(Date.parse(cause!.until!) - clock.now());
  assertEquals(now(life), ["normal", null]);
  clock.advance(60_000);
  assertEquals(told, ["rate_limited", "normal", "normal", "normal"]);
  assertEquals(await life.levels(), [
    "warning requests_per_minute",
    "critical requests_per_minute",
    "recovered",
  ]);
});

Deno.test("a model's life: close, full, and back as its minute drains; the cause names it", async () => {
  const life = living();
  const { tracker, clock, ledger } = life;
  tracker.setLimits({ default: { models: { "gpt-5.4": { requests_per_minute: 3 }, o5: { requests_per_minute: 2 } } } });
  send(tracker);
  send(tracker);
  assertEquals(now(life), ["normal", null]);
  send(tracker);
  assertEquals(now(life), ["rate_limited", "requests_per_minute"]);
  assertEquals(await life.levels(), ["critical requests_per_minute"]);
  const { since, until } = tracker.status("acme").cause!;
  clock.advance(10_000);
  times(2, () => send(tracker, ok(1), { model: "o5" }));
  assertEquals([tracker.status("acme").cause!.since, tracker.status("acme").cause!.until], [since, until]);
  clock.advance(Date.parse(until!) - clock.now());
  assertEquals(tracker.status("acme").cause?.message, "2 of 2 requests to o5 in the last 60 s");
  clock.advance(60_000);
  assertEquals(now(life), ["normal", null]);
  assertEquals(await life.levels(), ["critical requests_per_minute", "critical requests_per_minute", "recovered"]);
  const told = (await ledger.notices("acme", 9)).map(({ message, suggested_action }) => [message, suggested_action]);
  const action = "Wait until the window opens again, or use another model.";
  assertEquals(told.slice(1), [
    ["2 of 2 requests to o5 in the last 60 s", action],
    ["3 of 3 requests to gpt-5.4 in the last 60 s", action],
  ]);
});

Deno.test("since stays while a status lasts", () => {
  const life = living();
  times(9, () => send(life.tracker, ok(1)));
  const { since } = life.tracker.status("acme").cause!;
  life.clock.advance(30_000);
  assertEquals(life.tracker.status("acme").cause!.since, since);
});

Deno.test("FAULT 28: a lack of quota is not a rate limit; it stays until the next success, which ends it", async () => {
  const life = living();
  const { tracker, clock } = life;
  send(tracker, failed(429, "insufficient_quota"));
  assertEquals(now(life), ["quota_exceeded", "insufficient_quota"]);
  assertEquals(tracker.status("acme").cause?.fix, "billing");
  assertEquals(tracker.availability("acme").retry_after_seconds, null);
  clock.advance(3_600_000);
  assertEquals(now(life), ["quota_exceeded", "insufficient_quota"]);
  send(tracker, failed(429, "rate_limit_exceeded"));
  assertEquals(now(life), ["quota_exceeded", "insufficient_quota"]);
  clock.advance(1000);
  send(tracker);
  assertEquals(now(life), ["normal", null]);
  assertEquals(await life.levels(), ["critical insufficient_quota", "recovered"]);
});

Deno.test("a success of a call that was sent before the lack of quota does not end it", () => {
  const life = living();
  const before = reserve(life.tracker);
  life.clock.advance(1000);
  send(life.tracker, failed(429, "insufficient_quota"));
  before.settle(ok());
  assertEquals(now(life), ["quota_exceeded", "insufficient_quota"]);
});

Deno.test("a cool-down lasts for retry-after and then ends by itself", async () => {
  const life = living();
  const { tracker, clock } = life;
  const under_way = reserve(tracker);
  send(tracker, failed(429, "rate_limit_exceeded", { limit_headers: { "retry-after": "20" } }));
  assertEquals(now(life), ["rate_limited", "provider_rate_limit"]);
  assertEquals(tracker.availability("acme"), {
    available: false,
    status: "rate_limited",
    retry_after_seconds: 20,
    reason: "OpenAI answered 429 (rate_limit_exceeded) for gpt-5.4",
  });
  under_way.settle(failed(429, "rate_limit_exceeded", { limit_headers: { "retry-after": "1" } }));
  clock.advance(19_000);
  assertEquals(now(life)[0], "rate_limited");
  const told: string[] = [];
  tracker.onChange(() => told.push(tracker.status("acme").status));
  clock.advance(1100);
  assertEquals([told, now(life)], [["normal"], ["normal", null]]);
  assertEquals(await life.levels(), ["critical provider_rate_limit", "recovered"]);
});

Deno.test("a 429 that names no wait is shown for a second", () => {
  const life = living();
  send(life.tracker, failed(429, null));
  life.clock.advance(999);
  assertEquals(now(life)[0], "rate_limited");
  life.clock.advance(1);
  assertEquals(now(life)[0], "normal");
});

Deno.test("three failures in a row change the status, one or two do not, one success ends it", async () => {
  const life = living();
  const { tracker } = life;
  times(2, () => send(tracker, failed(500, null)));
  assertEquals(now(life), ["normal", null]);
  send(tracker);
  times(2, () => send(tracker, failed(503, "server_is_overloaded")));
  reserve(tracker).release("connection refused");
  assertEquals(now(life), ["degraded", "upstream_failing"]);
  assertStringIncludes(tracker.status("acme").cause!.message, "connection refused, 3 times in a row");
  assertEquals(tracker.availability("acme").available, true);
  assertEquals(await life.levels(), ["degraded upstream_failing"]);
  send(tracker);
  assertEquals(now(life), ["normal", null]);
});

Deno.test("the caller's mistakes do not count as failures of the upstream", () => {
  const life = living();
  times(5, () => send(life.tracker, failed(400, "invalid_request_error")));
  assertEquals(now(life), ["normal", null]);
});

const REPORTED = {
  "x-ratelimit-limit-requests": "500",
  "x-ratelimit-remaining-requests": "12",
  "x-ratelimit-limit-tokens": "150000",
  "x-ratelimit-remaining-tokens": "140000",
};

Deno.test("the provider's report is shown with our count, and warns until its reset", async () => {
  const life = living();
  const { tracker, clock } = life;
  send(tracker, ok(1, { model: "gpt-5.4", limit_headers: { ...REPORTED, "x-ratelimit-reset-requests": "30s" } }));
  const { status, cause, provider } = tracker.status("acme");
  assertEquals([status, cause?.code, cause?.source], ["warning", "provider_requests", "reported"]);
  assertEquals(cause?.message, "OpenAI reports 12 of 500 requests left for gpt-5.4");
  assertEquals([provider[0].pool, provider[0].requests?.remaining, provider[0].tokens?.remaining], [
    "gpt-5.4",
    12,
    140_000,
  ]);
  clock.advance(30_000);
  assertEquals(now(life), ["normal", null]);
  assertEquals(await life.levels(), ["warning provider_requests", "recovered"]);
});

Deno.test("a report without a reset, as Azure's, warns for a minute and not for a day", () => {
  const life = living();
  send(life.tracker, ok(1, { limit_headers: REPORTED }));
  assertEquals(now(life), ["warning", "provider_requests"]);
  life.clock.advance(60_000);
  assertEquals(now(life), ["normal", null]);
});

Deno.test("there is one notice for each level and window", async () => {
  const life = living();
  const { tracker, clock } = life;
  const limits = { ...LIMITS, requests_per_day: 10 };
  const day = living({ limits: { ...limits, requests_per_minute: null } });
  times(9, () => send(tracker, ok(1)));
  clock.advance(61_000);
  times(9, () => send(tracker, ok(1)));
  const minute = ["warning requests_per_minute", "recovered"];
  assertEquals(await life.levels(), [...minute, minute[0]]);

  times(9, () => send(day.tracker, ok(1)));
  assertEquals(await day.levels(), ["warning requests_per_day"]);
  // Another cause for a while, then the same day's warning again.
  send(day.tracker, failed(429, "slow_down", { limit_headers: { "retry-after": "5" } }));
  day.clock.advance(20_000);
  assertEquals(await day.levels(), [
    "warning requests_per_day",
    "critical provider_rate_limit",
    "critical requests_per_day",
  ]);
  day.clock.advance(3_600_000);
  assertEquals((await day.levels()).length, 3);
  day.clock.advance(13 * 3_600_000);
  assertEquals((await day.levels()).at(-1), "recovered");
  times(9, () => send(day.tracker, ok(1)));
  assertEquals((await day.levels()).at(-1), "warning requests_per_day");
});

Deno.test("a notice is not repeated within its window when something else comes between, however long that takes", async () => {
  const life = living({ mode: "observe", limits: { ...LIMITS, requests_per_minute: null, requests_per_day: 20 } });
  times(18, () => send(life.tracker, ok(1)));
  const day = "warning requests_per_day";
  assertEquals(await life.levels(), [day]);
  send(life.tracker, failed(429, "slow_down", { limit_headers: { "retry-after": "120" } }));
  assertEquals(await life.levels(), [day, "critical provider_rate_limit"]);
  life.clock.advance(121_000);
  assertEquals(now(life), ["warning", "requests_per_day"]);
  assertEquals(await life.levels(), [day, "critical provider_rate_limit"]);
});

Deno.test("a status that swings within a window has one notice, and its last recovery is not lost", async () => {
  const life = living({ limits: { ...LIMITS, requests_per_minute: null, tokens_per_minute: 1000 } });
  for (let swing = 0; swing < 5; swing++) {
    const held = reserve(life.tracker, { tokens: 950 });
    life.clock.advance(100);
    held.release(null);
    life.clock.advance(100);
  }
  const levels = await life.levels();
  assertEquals(levels.filter((level) => level.startsWith("warning")).length, 1);
  assertEquals(levels.at(-1), "recovered");
});

const scopes: [ResetScope, number, number, string][] = [
  ["minute", 0, 5, "quota_exceeded"],
  ["day", 5, 0, "quota_exceeded"],
  ["status", 5, 5, "normal"],
  ["all", 0, 0, "normal"],
];
for (const [scope, minute, day, status] of scopes) {
  Deno.test(`reset of ${scope} clears that, and loses nothing in flight`, async () => {
    const life = living();
    const { tracker, ledger, log } = life;
    times(4, () => send(tracker, ok(10)));
    const flying = reserve(tracker, { tokens: 30 });
    send(tracker, failed(429, "insufficient_quota"));
    tracker.reset("acme", scope);
    const { stats, status: got } = tracker.status("acme");
    assertEquals([stats.requests_per_minute?.current, stats.requests_per_day?.current], [minute, day]);
    assertEquals([stats.requests_per_minute?.reserved, stats.requests_per_day?.reserved], [1, 1]);
    assertEquals([got, log], [status, ["quota_reset"]]);
    flying.settle(ok(20));
    const after = tracker.status("acme").stats;
    assertEquals([after.requests_per_minute?.current, after.requests_per_day?.current], [minute + 1, day + 1]);
    await tracker.flushed();
    assertEquals((await ledger.attempts("acme", 99)).length, 6);
  });
}

Deno.test("a reset begins a new window: the same warning has a notice again", async () => {
  const life = living();
  times(9, () => send(life.tracker, ok(1)));
  await life.levels();
  life.tracker.reset("acme", "all");
  await life.levels();
  times(9, () => send(life.tracker, ok(1)));
  const minute = "warning requests_per_minute";
  assertEquals(await life.levels(), [minute, "recovered", minute]);
});
