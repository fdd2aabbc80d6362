import fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { calendarDays } from "../../core/calendar_day.ts";
import type { Limits } from "../../core/limits.ts";
import { CounterStore } from "./counter_store.ts";
import type { Hold, WorkspaceCounters } from "./workspace_counters.ts";

const NOON = Date.parse("2026-11-21T12:00:00Z");
const MIDNIGHT = Date.parse("2026-11-22T00:00:00Z");
const LIMITS: Limits = { requests_per_minute: 3, requests_per_day: 5, tokens_per_minute: 1000, tokens_per_day: null };

const fresh = () => new CounterStore(calendarDays("UTC")).open();
const settle = (counters: WorkspaceCounters, hold: Hold, now: number, tokens: number) => {
  counters.release(hold, now);
  counters.count(hold.at_ms, now, 1, tokens);
};
const held = (result: Hold | string): Hold => {
  assert(typeof result !== "string", `refused by ${result}`);
  return result;
};

Deno.test("a hold is reserved, then used with what it really took", () => {
  const counters = fresh();
  const hold = held(counters.reserve(NOON, 100, LIMITS));
  assertEquals(counters.minute(NOON), { requests: 0, tokens: 0, held_requests: 1, held_tokens: 100 });
  settle(counters, hold, NOON + 500, 30);
  assertEquals(counters.minute(NOON + 500), { requests: 1, tokens: 30, held_requests: 0, held_tokens: 0 });
  assertEquals({ ...counters.day(NOON + 500) }, { requests: 1, tokens: 30, held_requests: 0, held_tokens: 0 });
});

Deno.test("giving a hold back twice changes nothing", () => {
  const counters = fresh();
  const hold = held(counters.reserve(NOON, 10, null));
  counters.reserve(NOON, 10, null);
  counters.release(hold, NOON);
  counters.release(hold, NOON);
  assertEquals(counters.minute(NOON), { requests: 0, tokens: 0, held_requests: 1, held_tokens: 10 });
  assertEquals({ ...counters.day(NOON) }, { requests: 0, tokens: 0, held_requests: 1, held_tokens: 10 });
});

Deno.test("absurd numbers neither stick nor pass what the wire carries", () => {
  const counters = fresh();
  const absurd = Number.MAX_SAFE_INTEGER;
  const holds = [1, 2, 3].map(() => held(counters.reserve(NOON, absurd, null)));
  counters.count(NOON, NOON, 1, absurd);
  counters.count(NOON, NOON, 1, absurd);
  for (const counts of [counters.minute(NOON), counters.day(NOON)]) {
    for (const count of Object.values(counts)) assert(Number.isSafeInteger(count) && count >= 0);
  }
  for (const hold of holds) counters.release(hold, NOON);
  assertEquals(counters.day(NOON).held_tokens, 0);
  for (let at = NOON; at < NOON + 61_000; at += 1000) counters.count(at, at, 1, 1);
  assertEquals(counters.minute(NOON + 61_000 + 60_000), { requests: 0, tokens: 0, held_requests: 0, held_tokens: 0 });
});

Deno.test("each limit names itself when full", () => {
  const tokens = fresh();
  held(tokens.reserve(NOON, 900, LIMITS));
  assertEquals(tokens.reserve(NOON, 101, LIMITS), "tokens_per_minute");
  const requests = fresh();
  for (let call = 0; call < 3; call++) held(requests.reserve(NOON, 1, LIMITS));
  assertEquals(requests.reserve(NOON, 1, LIMITS), "requests_per_minute");
  for (let call = 0; call < 2; call++) held(requests.reserve(NOON + 61_000, 1, LIMITS));
  assertEquals(requests.reserve(NOON + 61_000, 1, LIMITS), "requests_per_day");
});

Deno.test("one reservation larger than the limit passes when nothing else is used, and alone", () => {
  const counters = fresh();
  held(counters.reserve(NOON, 5000, LIMITS));
  assertEquals(counters.reserve(NOON, 1, LIMITS), "tokens_per_minute");
});

Deno.test("FAULT 12: a call across midnight is settled in the day in which it was sent", () => {
  const counters = fresh();
  const hold = held(counters.reserve(MIDNIGHT - 1000, 100, null));
  assertEquals(counters.day(MIDNIGHT).held_requests, 0);
  settle(counters, hold, MIDNIGHT + 1000, 50);
  assertEquals({ ...counters.day(MIDNIGHT + 1000) }, { requests: 0, tokens: 0, held_requests: 0, held_tokens: 0 });
  assertEquals(counters.minute(MIDNIGHT + 1000).requests, 1);
});

Deno.test("FAULT 11: a clock a day ahead rolls over once", () => {
  const counters = fresh();
  counters.count(NOON, NOON, 4, 40);
  counters.count(NOON + 86_400_000, NOON + 86_400_000, 1, 10);
  assertEquals(counters.day(NOON + 86_400_000).requests, 1);
  assertEquals(counters.day(NOON).requests, 1);
});

Deno.test("a long call leaves the minute though it is not settled, and does not come back", () => {
  const counters = fresh();
  const hold = held(counters.reserve(NOON, 100, LIMITS));
  assertEquals(counters.minute(NOON + 61_000), { requests: 0, tokens: 0, held_requests: 0, held_tokens: 0 });
  settle(counters, hold, NOON + 90_000, 700);
  assertEquals(counters.minute(NOON + 90_000).tokens, 0);
  assertEquals(counters.day(NOON + 90_000).tokens, 700);
});

Deno.test("a reset forgets what is used and keeps what is under way", () => {
  const counters = fresh();
  counters.count(NOON, NOON, 2, 20);
  const hold = held(counters.reserve(NOON, 100, null));
  counters.resetMinute(NOON);
  counters.resetDay(NOON);
  assertEquals(counters.minute(NOON), { requests: 0, tokens: 0, held_requests: 1, held_tokens: 100 });
  settle(counters, hold, NOON, 60);
  assertEquals(counters.minute(NOON).tokens, 60);
  assertEquals(counters.day(NOON).requests, 1);
});

Deno.test("property: used plus held never passes the request limits, and settling loses nothing", () => {
  const action = fc.oneof(
    fc.record({ do: fc.constant("reserve" as const), tokens: fc.nat(400) }),
    fc.record({ do: fc.constant("settle" as const), tokens: fc.nat(400) }),
    fc.record({ do: fc.constant("release" as const), tokens: fc.constant(0) }),
    fc.record({ do: fc.constant("wait" as const), tokens: fc.nat(40) }),
  );
  fc.assert(fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
    const counters = fresh();
    const open: Hold[] = [];
    let now = NOON, settled = 0;
    for (const step of actions) {
      if (step.do === "wait") now += step.tokens * 1000;
      if (step.do === "reserve") {
        const hold = counters.reserve(now, step.tokens, LIMITS);
        if (typeof hold !== "string") open.push(hold);
      }
      const hold = step.do === "settle" || step.do === "release" ? open.shift() : undefined;
      if (hold && step.do === "settle") settle(counters, hold, now, step.tokens), settled++;
      if (hold && step.do === "release") counters.release(hold, now);
      const { requests, held_requests } = counters.minute(now);
      assert(requests + held_requests <= 3 && requests >= 0);
      const day = counters.day(now);
      assertEquals([day.requests, day.held_requests], [settled, open.length]);
      assert(day.requests + day.held_requests <= 5);
    }
  }));
});
