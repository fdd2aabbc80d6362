import fc from "fast-check";
import { assertEquals } from "../../../tests/support/assert.ts";
import { MINUTE_SPAN_S } from "../../core/limits.ts";
import { counterPage, FLOAT, SLOT_WORDS, WORD } from "./counter_page.ts";
import { add, advance, clear, fallsTo, nextLeaving } from "./minute_rings.ts";

const T = 1_795_000_000;

type Kind = "requests" | "tokens";

/** Rings of one page by slot. */
class MinuteRings {
  readonly #page;
  #opened = 0;
  constructor(slots = 2) {
    this.#page = counterPage(slots);
  }
  open = () => SLOT_WORDS * this.#opened++;
  add = (at: number, second: number, now_s: number, requests: number, tokens: number) =>
    add(this.#page, at, second, now_s, requests, tokens);
  clear = (at: number) => clear(this.#page, at);
  fallsTo = (at: number, now_s: number, kind: Kind, most: number) =>
    fallsTo([{ page: this.#page, at }], now_s, kind, most);
  fallTogether = (slots: number[], now_s: number, kind: Kind, most: number) =>
    fallsTo(slots.map((at) => ({ page: this.#page, at })), now_s, kind, most);
  nextLeaving = (at: number, now_s: number) => nextLeaving(this.#page, at, now_s);
  requests(at: number, now_s: number): number {
    advance(this.#page, at, now_s);
    return this.#page.words[at + WORD.requests];
  }
  tokens(at: number, now_s: number): number {
    advance(this.#page, at, now_s);
    return this.#page.floats[at / 2 + FLOAT.tokens];
  }
  /** Counts in the map, of all slots. */
  get large(): number {
    return this.#page.large.size;
  }
}

Deno.test("a count stays through its 60th second and leaves in the 61st", () => {
  const rings = new MinuteRings();
  const slot = rings.open();
  rings.add(slot, T, T, 1, 100);
  assertEquals([rings.requests(slot, T + 60), rings.tokens(slot, T + 60)], [1, 100]);
  assertEquals([rings.requests(slot, T + 61), rings.tokens(slot, T + 61)], [0, 0]);
});

Deno.test("subtracting after a second has left changes nothing", () => {
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

Deno.test("subtracting more than a second holds leaves it empty", () => {
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
  assertEquals(rings.fallsTo(slot, T + 10, "requests", 4), T + MINUTE_SPAN_S);
  assertEquals(rings.fallsTo(slot, T + 10, "requests", 1), T + 10 + MINUTE_SPAN_S);
  assertEquals(rings.fallsTo(slot, T + 10, "requests", 5), T + 10);
  assertEquals(rings.fallsTo(slot, T + 10, "requests", 0), T + 10 + MINUTE_SPAN_S);
});

Deno.test("fallsTo counts several slots together, also where they were last read at different times", () => {
  const rings = new MinuteRings(4);
  const slots = [0, 1, 2].map(() => rings.open());
  rings.add(slots[0], T, T, 3, 1);
  rings.add(slots[1], T + 10, T + 10, 2, 70_000);
  const falls = (most: number) => rings.fallTogether(slots, T + 20, "requests", most);
  assertEquals([5, 4, 2, 1, 0].map(falls), [T + 20, T + 61, T + 61, T + 71, T + 71]);
  assertEquals(rings.fallTogether(slots, T + 20, "tokens", 70_000), T + 61);
  assertEquals(rings.fallTogether([], T + 20, "tokens", 0), T + 20);
  // A clock that was set back: the third slot has not been read since.
  rings.add(slots[2], T - 5, T - 5, 1, 1);
  assertEquals(rings.fallTogether(slots, T - 5, "requests", 5), T + 56);
});

Deno.test("nextLeaving names the second in which the oldest count leaves", () => {
  const rings = new MinuteRings();
  const slot = rings.open();
  assertEquals(rings.nextLeaving(slot, T), Infinity);
  rings.add(slot, T, T + 30, 0, 5);
  rings.add(slot, T + 30, T + 30, 1, 0);
  assertEquals([rings.nextLeaving(slot, T + 30), rings.nextLeaving(slot, T + 61)], [T + 61, T + 91]);
  rings.add(slot, T + 30, T + 61, -1, 0);
  assertEquals(rings.nextLeaving(slot, T + 61), Infinity);
});

Deno.test("slots do not share counts", () => {
  const rings = new MinuteRings(4);
  const slots = Array.from({ length: 4 }, () => rings.open());
  rings.add(slots[1], T, T, 1, 1);
  rings.add(slots[2], T, T, 2, 2);
  assertEquals(slots.map((slot) => rings.requests(slot, T)), [0, 1, 2, 0]);
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
      const alive = events.filter((event) => now - event.at < MINUTE_SPAN_S);
      assertEquals(rings.requests(slot, now), alive.reduce((sum, event) => sum + event.requests, 0));
      assertEquals(rings.tokens(slot, now), alive.reduce((sum, event) => sum + event.tokens, 0));
    }
  }));
});

Deno.test("counts of more than two bytes stay exact, leave the window, and do not change another slot", () => {
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

/** The same, computed from a list of counts. */
class PlainRing {
  #now_s = 0;
  #seconds = new Map<number, { requests: number; tokens: number }>();
  add(second: number, now_s: number, requests: number, tokens: number): void {
    this.advance(now_s);
    if (second <= this.#now_s - MINUTE_SPAN_S) return;
    const counts = this.#seconds.get(second) ?? { requests: 0, tokens: 0 };
    counts.requests = Math.max(0, counts.requests + requests);
    counts.tokens = Math.min(2 ** 32 - 1, Math.max(0, counts.tokens + tokens));
    this.#seconds.set(second, counts);
  }
  advance(now_s: number): void {
    this.#now_s = Math.max(now_s, this.#now_s);
    for (const second of this.#seconds.keys()) if (second <= this.#now_s - MINUTE_SPAN_S) this.#seconds.delete(second);
  }
  clear = () => this.#seconds.clear();
  sum = (kind: Kind) => this.#seconds.values().reduce((sum, counts) => sum + counts[kind], 0);
  fallsTo(now_s: number, kind: Kind, most: number): number {
    let sum = this.sum(kind);
    if (sum <= most) return now_s;
    for (const second of [...this.#seconds.keys()].sort((a, b) => a - b)) {
      sum -= this.#seconds.get(second)![kind];
      if (sum <= most) return second + MINUTE_SPAN_S;
    }
    return now_s;
  }
}

Deno.test("property: late counts, subtractions, pauses, resets and large counts equal those of a list", () => {
  const step = fc.record({
    wait: fc.oneof(fc.nat(3), fc.integer({ min: -2, max: 150 })),
    late: fc.oneof(fc.constant(0), fc.nat(70)),
    requests: fc.oneof(fc.integer({ min: -3, max: 5 }), fc.constantFrom(65_534, 65_535, 70_000, -65_535)),
    tokens: fc.oneof(
      fc.integer({ min: -400, max: 900 }),
      fc.constantFrom(65_535, -65_535, 3e6, 2 ** 32 - 1, 9e15, -9e15),
    ),
    clear: fc.integer({ min: 0, max: 15 }).map((chance) => chance === 0),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const rings = new MinuteRings(3);
      const [before, slot, after] = [rings.open(), rings.open(), rings.open()];
      const plain = new PlainRing();
      let now = T;
      for (const { wait, late, requests, tokens, clear } of steps) {
        now += wait;
        if (clear) rings.clear(slot), plain.clear();
        rings.add(slot, now - late, now, requests, tokens);
        plain.add(now - late, now, requests, tokens);
        const sums = [plain.sum("requests"), plain.sum("tokens")];
        assertEquals([rings.requests(slot, now), rings.tokens(slot, now)], sums);
        for (const kind of ["requests", "tokens"] as const) {
          for (const most of [0, 3, 500, 70_000]) {
            assertEquals(rings.fallsTo(slot, now, kind, most), plain.fallsTo(now, kind, most));
          }
        }
      }
      assertEquals([before, after].map((other) => rings.requests(other, now) + rings.tokens(other, now)), [0, 0]);
      // Large counts leave the map when their second is overwritten.
      rings.add(slot, now + 200, now + 200, 1, 1);
      for (let second = 1; second <= MINUTE_SPAN_S; second++) {
        rings.add(slot, now + 200 + second, now + 200 + second, 1, 1);
      }
      assertEquals(rings.large, 0);
    }),
    { numRuns: 300 },
  );
});
