import fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { isFullLimit } from "../live_store.ts";
import { openMemoryLiveStore } from "./memory_store.ts";
import { SecondParts } from "./second_parts.ts";

const T = 1_795_000_000_000;

const store = (tokens_per_minute: number) => {
  const live = openMemoryLiveStore("UTC");
  const slot = live.open("acme");
  const limits = {
    limits: { requests_per_minute: null, requests_per_day: null, tokens_per_minute, tokens_per_day: null },
    models: new Map(),
  };
  const reserve = (now_ms: number, tokens: number) =>
    live.reserve(slot, { model: "m", answered: "m", tokens, now_ms, limits, enforce: true });
  return {
    reserve,
    /** Reserves and settles; `false` where there is no room. */
    send: (now_ms: number, tokens: number) => {
      const hold = reserve(now_ms, tokens);
      if (isFullLimit(hold)) return false;
      live.settle(hold, { model: "m", answered: "m", tokens, now_ms });
      return true;
    },
    settle: live.settle.bind(live),
    used: (now_ms: number) => live.snapshot(slot, now_ms, limits).workspace.tokens_per_minute!.used,
    reset: (now_ms: number) => live.reset(slot, "minute", now_ms),
  };
};

Deno.test("a second leaves by eighths, each 60 to 60.125 s after it was counted", () => {
  const parts = new SecondParts(T / 1000 - 1);
  parts.add(T, 1, 10);
  parts.add(T + 124, 1, 20);
  parts.add(T + 125, 1, 40);
  parts.add(T + 999, 1, 80);
  const left = (ms: number) => [parts.left(T + ms, "requests"), parts.left(T + ms, "tokens")];
  assertEquals([60_000, 60_124].map(left), [[0, 0], [0, 0]]);
  assertEquals([60_125, 60_250, 60_999].map(left), [[2, 30], [3, 70], [3, 70]]);
  assertEquals([61_000, 121_125].map(left), [[0, 0], [0, 0]]);
});

Deno.test("nothing is recorded of seconds before, nor of a second that another has replaced", () => {
  const parts = new SecondParts(T / 1000);
  parts.add(T + 500, 1, 10);
  parts.add(T + 61_000, 1, 20);
  parts.add(T, 0, -5);
  assertEquals([parts.left(T + 60_900, "tokens"), parts.left(T + 121_900, "tokens")], [0, 20]);
});

Deno.test("a busy minute close to its limit opens by eighths of a second, a quiet one by seconds", () => {
  const [busy, quiet] = [store(400), store(40_000)];
  for (let call = 0; call < 400; call++) {
    assert(busy.send(T + call * 100, 1));
    assert(quiet.send(T + call * 100, 1));
  }
  assertEquals(busy.send(T + 45_000, 1), false);
  // The first half of the limit was counted before parts were recorded.
  const opens = [80_000, 80_124, 80_125, 80_250, 80_500, 81_000].map((ms) => [busy.used(T + ms), quiet.used(T + ms)]);
  assertEquals(opens, [[200, 200], [200, 200], [200, 200], [200, 200], [200, 200], [190, 190]]);
  const later = [85_000, 85_125, 85_250, 85_500, 86_000].map((ms) => [busy.used(T + ms), quiet.used(T + ms)]);
  assertEquals(later, [[150, 150], [148, 150], [147, 150], [145, 150], [140, 140]]);
});

Deno.test("a reset of the minute forgets the parts, and a clock that steps back reads none", () => {
  const busy = store(200);
  for (let call = 0; call < 200; call++) busy.send(T + call * 100, 1);
  assertEquals([busy.used(T + 75_500), busy.used(T + 74_500)], [45, 50]);
  busy.reset(T + 75_500);
  assertEquals(busy.used(T + 75_500), 0);
});

Deno.test("property: no rolling minute exceeds the limit, and a refused call had no room 60.125 s back", () => {
  const step = fc.record({ wait: fc.oneof(fc.nat(30), fc.nat(700)), tokens: fc.integer({ min: 1, max: 40 }) });
  const steps = fc.array(step, { minLength: 400, maxLength: 900 });
  // Above a hundred calls of a minute, so that parts are recorded before the limit is full.
  const limits = fc.integer({ min: 4200, max: 8000 });
  const holds = fc.property(steps, limits, (steps, limit) => {
    const live = store(limit);
    const sent: { at: number; tokens: number }[] = [];
    const since = (at: number) => {
      let sum = 0;
      for (let last = sent.length - 1; last >= 0 && sent[last].at > at; last--) sum += sent[last].tokens;
      return sum;
    };
    let now = T;
    for (const { wait, tokens } of steps) {
      now += wait;
      const passed = live.send(now, tokens);
      if (passed) sent.push({ at: now, tokens });
      if (passed) assert(since(now - 60_000) <= limit);
      // After the first two minutes all seconds have parts.
      else if (now > T + 122_000) assert(since(now - 60_125) + tokens > limit);
    }
  });
  // To shrink so many steps would take minutes.
  fc.assert(holds, { numRuns: 30, endOnFailure: true });
});

Deno.test("a hold that is settled after its part has left changes nothing but its own second", () => {
  const busy = store(1000);
  for (let call = 0; call < 150; call++) busy.send(T + call * 100, 5);
  const hold = busy.reserve(T + 20_010, 100);
  assert(!isFullLimit(hold));
  assertEquals(busy.used(T + 80_130), 0);
  busy.settle(hold, { model: "m", answered: "m", tokens: 7, now_ms: T + 80_140 });
  assertEquals([busy.used(T + 80_150), busy.used(T + 81_000)], [0, 0]);
});
