import fc from "fast-check";
import { bench, failed, LIMITS, ok, plan, reserve, send } from "../../tests/api/fixture.ts";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { ManualClock } from "../../tests/support/clock.ts";
import type { StatusBody } from "../../shared/quota.ts";
import { isRefusal, type Permit } from "../attempts/recorder.ts";

const WORKSPACES = ["acme", "beta"];
const HEADERS = {
  "x-ratelimit-limit-requests": "500",
  "x-ratelimit-remaining-requests": "12",
  "x-ratelimit-reset-requests": "30s",
};
const RESULTS = [
  ok(70),
  ok(900, { model: "gpt-5.4-2026-03-05", limit_headers: HEADERS }),
  failed(429, "insufficient_quota"),
  failed(429, "rate_limit_exceeded", { limit_headers: { "retry-after": "20" } }),
  failed(500, null),
  failed(400, "invalid_request_error"),
];
const FILES = [{}, { default: { models: { "gpt-5.4": { requests_per_minute: 4, tokens_per_day: 5000 } } } }];

const step = fc.record({
  do: fc.constantFrom("reserve", "reserve", "reserve", "settle", "settle", "release", "begun", "wait", "read", "admin"),
  workspace_id: fc.constantFrom(...WORKSPACES),
  model: fc.constantFrom("gpt-5.4", "gpt-5.4-2026-03-05", "o5", null),
  amount: fc.nat(1000),
});

/** A tracker that ticks, and the statuses that it published. */
function living(clock: ManualClock, mode: "enforce" | "observe") {
  const { tracker } = bench({ clock, mode, limits: { ...LIMITS, requests_per_minute: 6, tokens_per_day: 9000 } });
  const told: StatusBody[] = [];
  tracker.onChange((_, body) => told.push(body()));
  clock.every(1000, () => tracker.tick());
  return { tracker, told, open: [] as Permit[] };
}

Deno.test("property: reading statuses, however often and in any order, changes no later status", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("enforce" as const, "observe" as const),
      fc.array(step, { maxLength: 60 }),
      (mode, steps) => {
        // Shortly before midnight, so that some runs cross it.
        const clock = new ManualClock(Date.UTC(2026, 10, 21, 23, 58, 0));
        const [read, unread] = [living(clock, mode), living(clock, mode)];
        for (const { do: action, workspace_id, model, amount } of steps) {
          if (action === "wait") clock.advance(amount * (amount % 3 === 0 ? 60 : 3));
          else if (action === "read") {
            for (const id of amount % 2 ? WORKSPACES : WORKSPACES.toReversed()) read.tracker.status(id);
            read.tracker.availability(workspace_id, model ?? undefined);
          } else {
            const asked = plan({ workspace_id, model, tokens: amount });
            for (const { tracker, open } of [read, unread]) {
              if (action === "admin" && amount % 2) tracker.setLimits(FILES[amount % 4 >> 1]);
              else if (action === "admin") {
                tracker.reset(
                  workspace_id,
                  (["minute", "day", "status", "all"] as const)[amount % 4],
                );
              } else if (action === "reserve") {
                const decision = tracker.reserve(asked);
                if (!isRefusal(decision)) open.push(decision);
              } else if (action === "settle") open.shift()?.settle(RESULTS[amount % RESULTS.length]);
              else if (action === "release") open.shift()?.release(amount % 2 ? "connection refused" : null);
              else open[0]?.begun?.();
            }
          }
        }
        const statuses = (of: typeof read) => WORKSPACES.map((id) => of.tracker.status(id));
        assertEquals(statuses(read), statuses(unread));
        clock.advance(70_000);
        assertEquals(read.told, unread.told);
        assertEquals(statuses(read), statuses(unread));
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("a status is decided once per frame, and every listener is given the same body", () => {
  const { tracker, clock } = bench();
  const bodies: StatusBody[] = [];
  for (let listener = 0; listener < 1000; listener++) tracker.onChange((_, body) => bodies.push(body()));
  for (let call = 0; call < 5; call++) send(tracker, ok(10));
  clock.advance(0);
  assertEquals([bodies.length, new Set(bodies).size, bodies[0].usage.calls], [1000, 1, 5]);
  assert(tracker.status("acme") === bodies[0], "a read at the same instant decides the status again");
  clock.advance(20);
  const later = tracker.status("acme");
  assertEquals({ ...later, server_time: "", stats: null }, { ...bodies[0], server_time: "", stats: null });
  assert(later !== bodies[0] && later === tracker.status("acme"), "a read a moment later has its own time");
  send(tracker, ok(10));
  assertEquals([tracker.status("acme").usage.calls, bodies[0].usage.calls], [6, 5]);
});

Deno.test("since stays the same, whether the status is read first or published first", () => {
  const { tracker, clock } = bench();
  for (let call = 0; call < 9; call++) send(tracker, ok(1));
  const { since } = tracker.status("acme").cause!;
  clock.advance(5000);
  assertEquals(tracker.status("acme").cause!.since, since);
  clock.advance(60_000);
  tracker.tick();
  assertEquals(tracker.status("acme").cause, null);
});

Deno.test("a failed call counts until its minute is over, and its end is published by time alone", () => {
  const { tracker, clock } = bench({ limits: { ...LIMITS, requests_per_minute: 1, tokens_per_minute: null } });
  clock.every(1000, () => tracker.tick());
  const told: [string, number][] = [];
  tracker.onChange((_, body) => told.push([body().status, body().stats.requests_per_minute!.current]));
  send(tracker, failed(400, "invalid_request_error"));
  clock.advance(60_000);
  assertEquals(told, [["rate_limited", 1]]);
  clock.advance(1000);
  assertEquals(told, [["rate_limited", 1], ["normal", 0]]);
  // Also one that fails in a minute that is not full, which changes numbers and no status.
  tracker.setLimits({ default: { requests_per_minute: 100 } });
  send(tracker, failed(500, null));
  clock.advance(1000);
  told.length = 0;
  clock.advance(61_000);
  assertEquals(told, [["normal", 0]]);
});

Deno.test("an attempt in flight leaves the minute by time alone, and that is published", () => {
  const { tracker, clock } = bench();
  clock.every(1000, () => tracker.tick());
  const reserved: number[] = [];
  reserve(tracker);
  clock.advance(100);
  tracker.onChange((_, body) => reserved.push(body().stats.requests_per_minute!.reserved));
  clock.advance(61_000);
  assertEquals(reserved, [0]);
  clock.advance(600_000);
  assertEquals(reserved, [0]);
});

Deno.test("a warning has its end: when its window is empty, or its day ends", () => {
  const { tracker, clock } = bench({ limits: { ...LIMITS, requests_per_day: 20 } });
  for (let call = 0; call < 9; call++) send(tracker, ok(1));
  const minute = tracker.status("acme");
  assertEquals([minute.status, minute.cause!.code], ["warning", "requests_per_minute"]);
  assertEquals(minute.cause!.until, new Date(clock.now() + 61_000).toISOString());
  clock.advance(61_000);
  for (let call = 0; call < 9; call++) send(tracker, ok(1));
  clock.advance(61_000);
  const day = tracker.status("acme");
  assertEquals([day.status, day.cause!.code, day.cause!.until], [
    "warning",
    "requests_per_day",
    new Date(tracker.day.end_ms).toISOString(),
  ]);
});

Deno.test("an attempt that ends twice counts its usage once, in the totals and under its model", async () => {
  const { tracker, ledger } = bench();
  tracker.setLimits(FILES[1]);
  const permit = reserve(tracker);
  permit.settle(ok(70));
  permit.settle(ok(80));
  permit.release("too late");
  permit.settle(failed(500, null));
  const { usage, models } = tracker.status("acme");
  assertEquals([usage.attempts, usage.calls, usage.failed, usage.total_tokens], [1, 1, 0, 70]);
  assertEquals(models![0].stats.tokens_per_day!.current, 70);
  await tracker.flushed();
  assertEquals((await ledger.usage("acme", tracker.day.start_ms, tracker.day.end_ms))[0].total_tokens, 70);
});
