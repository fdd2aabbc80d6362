import fc from "fast-check";
import { assertEquals } from "../../tests/support/assert.ts";
import { MinuteRings, SPAN_S } from "./minute_rings.ts";

const T = 1_795_000_000;

Deno.test("a count stays through its 60th second and is gone in the 61st", () => {
  const rings = new MinuteRings();
  const slot = rings.open();
  rings.add(slot, T, T, 1, 100);
  assertEquals([rings.requests(slot, T + 60), rings.tokens(slot, T + 60)], [1, 100]);
  assertEquals([rings.requests(slot, T + 61), rings.tokens(slot, T + 61)], [0, 0]);
});

Deno.test("what is taken back after its second has left changes nothing", () => {
  const rings = new MinuteRings();
  const slot = rings.open();
  rings.add(slot, T, T, 1, 100);
  rings.add(slot, T, T + 61, -1, -100);
  assertEquals([rings.requests(slot, T + 61), rings.tokens(slot, T + 61)], [0, 0]);
});

Deno.test("more tokens than a second holds are cut, and drain like any other", () => {
  const rings = new MinuteRings();
  const slot = rings.open();
  rings.add(slot, T, T, 1, 9e15);
  rings.add(slot, T + 1, T + 1, 1, 5);
  assertEquals(rings.tokens(slot, T + 1), 2 ** 32 + 4);
  assertEquals(rings.tokens(slot, T + 61), 5);
  assertEquals(rings.tokens(slot, T + 62), 0);
});

Deno.test("more taken back than a second holds leaves it empty", () => {
  const rings = new MinuteRings();
  const slot = rings.open();
  rings.add(slot, T, T, 1, 100);
  rings.add(slot, T, T, -2, -101);
  assertEquals([rings.requests(slot, T), rings.tokens(slot, T)], [0, 0]);
});

Deno.test("a clock that stands or steps back keeps every count", () => {
  const rings = new MinuteRings();
  const slot = rings.open();
  rings.add(slot, T, T, 2, 0);
  assertEquals(rings.requests(slot, T - 3600), 2);
  assertEquals(rings.requests(slot, T + 60), 2);
});

Deno.test("fallsTo names the second in which enough has left", () => {
  const rings = new MinuteRings();
  const slot = rings.open();
  rings.add(slot, T, T, 3, 0);
  rings.add(slot, T + 10, T + 10, 2, 0);
  assertEquals(rings.fallsTo(slot, T + 10, "requests", 4), T + SPAN_S);
  assertEquals(rings.fallsTo(slot, T + 10, "requests", 1), T + 10 + SPAN_S);
  assertEquals(rings.fallsTo(slot, T + 10, "requests", 5), T + 10);
  assertEquals(rings.fallsTo(slot, T + 10, "requests", 0), T + 10 + SPAN_S);
});

Deno.test("slots are apart, across blocks as well", () => {
  const rings = new MinuteRings();
  const slots = Array.from({ length: 2050 }, () => rings.open());
  rings.add(slots[1023], T, T, 1, 1);
  rings.add(slots[1024], T, T, 2, 2);
  assertEquals([1022, 1023, 1024, 1025, 2049].map((at) => rings.requests(slots[at], T)), [0, 1, 2, 0, 0]);
});

Deno.test("property: the ring equals a list of events filtered by age", () => {
  const step = fc.record({ wait: fc.integer({ min: 0, max: 90 }), requests: fc.nat(5), tokens: fc.nat(9000) });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const rings = new MinuteRings();
    const slot = rings.open();
    const events: { at: number; requests: number; tokens: number }[] = [];
    let now = T;
    for (const { wait, requests, tokens } of steps) {
      now += wait;
      rings.add(slot, now, now, requests, tokens);
      events.push({ at: now, requests, tokens });
      const alive = events.filter((event) => now - event.at < SPAN_S);
      assertEquals(rings.requests(slot, now), alive.reduce((sum, event) => sum + event.requests, 0));
      assertEquals(rings.tokens(slot, now), alive.reduce((sum, event) => sum + event.tokens, 0));
    }
  }));
});

Deno.test("counts of more than two bytes stay exact, leave, and leave nothing behind for another slot", () => {
  const rings = new MinuteRings(2);
  const [one, other] = [rings.open(), rings.open()];
  rings.add(one, 100, 100, 70_000, 3_000_000);
  rings.add(one, 100, 100, -69_999, 65_535 - 3_000_000);
  assertEquals([rings.requests(one, 100), rings.tokens(one, 100)], [1, 65_535]);
  rings.add(one, 101, 101, 65_535, 4_294_967_295);
  rings.add(other, 101, 101, 1, 1);
  assertEquals(rings.fallsTo(one, 101, "tokens", 4_294_967_295), 161);
  assertEquals([rings.requests(one, 161), rings.tokens(one, 161)], [65_535, 4_294_967_295]);
  assertEquals([rings.requests(one, 162), rings.tokens(one, 162)], [0, 0]);
  rings.add(one, 162, 162, 0, 100_000);
  rings.clear(one);
  rings.add(one, 162, 162, 0, 5);
  assertEquals([rings.tokens(one, 162), rings.tokens(one, 300), rings.requests(other, 161)], [5, 0, 1]);
});
