import { systemClock } from "../../server/runtime/system_clock.ts";
import type { Tracker } from "../../server/tracker/tracker.ts";
import { bench, LIMITS, ok, reserve, send } from "../api/fixture.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { ManualClock } from "../support/clock.ts";

const used = (tracker: Tracker) => {
  const { requests_per_minute: minute, requests_per_day: day } = tracker.status("acme").stats;
  return [minute!.current, day!.current];
};
const HOUR = 3_600_000;

Deno.test("FAULT 10: a wall clock set back by an hour frees neither the rolling minute nor the day", () => {
  const clock = new ManualClock();
  let wall = clock.now(), monotonic = 0;
  const clockSetBack = systemClock(() => wall, () => monotonic);
  const { tracker } = bench({ clock: Object.assign(clock, { now: () => clockSetBack.now() }) });
  for (let call = 0; call < 10; call++) send(tracker, ok(1));
  wall -= HOUR;
  monotonic += 2000;
  assertEquals(used(tracker), [10, 10]);
  assert("refused" in tracker.reserve({ ...PLAN, id: "one-more" }));
  monotonic += 60_000;
  assertEquals(used(tracker), [0, 10]);
  reserve(tracker);
});

const PLAN = {
  call_id: "call",
  retry: 0,
  workspace_id: "acme",
  endpoint: "responses",
  model: null,
  app: null,
  stream: false,
  tokens: 1,
  input_tokens: 1,
};

Deno.test("FAULT 11: a clock that jumps a day ahead resets the day once", () => {
  const { tracker, clock } = bench();
  const days: number[] = [];
  send(tracker);
  clock.advance(1000);
  tracker.onChange(() => days.push(used(tracker)[1]));
  clock.advance(24 * HOUR);
  for (let tick = 0; tick < 5; tick++) {
    tracker.tick();
    clock.advance(1000);
  }
  send(tracker);
  clock.advance(1000);
  // One change for the new day, one for the call.
  assertEquals(days, [0, 0, 1]);
});

Deno.test("FAULT 12: a call across midnight counts in the day and the rolling minute in which it was sent", async () => {
  const clock = new ManualClock(Date.UTC(2026, 10, 21, 23, 59, 50));
  const { tracker, ledger } = bench({ clock });
  const before = tracker.day;
  const permit = reserve(tracker);
  clock.advance(20_000);
  assertEquals(tracker.status("acme").stats.requests_per_day?.reserved, 0);
  permit.settle(ok(30));
  await tracker.flushed();
  assertEquals(used(tracker), [1, 0]);
  assertEquals(tracker.status("acme").usage.attempts, 0);
  const [yesterday] = await ledger.usage("acme", before.start_ms, before.end_ms);
  assertEquals([yesterday.attempts, yesterday.total_tokens], [1, 30]);
  assertEquals(await ledger.usage("acme", tracker.day.start_ms, tracker.day.end_ms), []);
});

const ZONES: [string, string, number][] = [
  ["Pacific/Kiritimati", "2026-11-21T10:00:00Z", 24], // UTC+14
  ["Etc/GMT+12", "2026-11-21T12:00:00Z", 24], // UTC-12
  ["Asia/Kathmandu", "2026-11-21T18:15:00Z", 24], // UTC+5:45
  ["Europe/Berlin", "2026-03-28T23:00:00Z", 23],
  ["Europe/Berlin", "2026-10-24T22:00:00Z", 25],
  ["UTC", "2028-02-29T00:00:00Z", 24],
];
for (const [timezone, midnight, hours] of ZONES) {
  Deno.test(`FAULTS 13, 14, 15: the day of ${midnight} in ${timezone} resets once, after ${hours} h`, () => {
    const clock = new ManualClock(Date.parse(midnight));
    const { tracker } = bench({ clock, timezone, limits: { ...LIMITS, requests_per_minute: null } });
    send(tracker);
    const falls: number[] = [];
    let last = 1;
    for (let quarter = 1; quarter <= 26 * 4; quarter++) {
      clock.advance(HOUR / 4);
      tracker.tick();
      const now = tracker.status("acme").stats.requests_per_day!.current;
      if (now < last) falls.push(quarter / 4);
      last = now;
    }
    assertEquals(falls, [hours]);
  });
}

Deno.test("FAULT 17: after eight hours of sleep the first tick updates every window and reports it once", async () => {
  const { tracker, clock, ledger } = bench();
  for (let call = 0; call < 9; call++) send(tracker, ok(1));
  tracker.lease({ ...PLAN, id: "elsewhere" });
  clock.advance(1000);
  const reported: string[] = [];
  tracker.onChange(() => reported.push(tracker.status("acme").status));
  // No tick ran while the machine slept.
  clock.advance(8 * HOUR);
  tracker.tick();
  await tracker.flushed();
  clock.advance(100);
  tracker.tick();
  clock.advance(100);
  assertEquals([reported, used(tracker), tracker.inFlight], [["normal"], [0, 10], 0]);
  assertEquals((await ledger.attempts("acme", 1))[0].outcome, "unknown");
});
