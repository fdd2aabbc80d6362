import { assert, assertEquals } from "../tests/support/assert.ts";
import fc from "fast-check";
import { speaking } from "../tests/support/speaking.ts";
import {
  ago,
  compactCountdown,
  compactCountdownChangesIn,
  countdown,
  fullCount,
  usedPercent,
  waitAtLeast,
} from "./format.ts";

const SECOND = 1_000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

/** Each function at both sides of every boundary between two units. */
const CASES: [format: (value: number) => string, value: number, text: string][] = [
  [fullCount, 999, "999"],
  [fullCount, 1_000, "1,000"],
  [fullCount, 1_234_567, "1,234,567"],
  [compactCountdown, -1, "0s"],
  [compactCountdown, 999, "0s"],
  [compactCountdown, SECOND, "1s"],
  [compactCountdown, MINUTE - 1, "59s"],
  [compactCountdown, MINUTE, "1m"],
  [compactCountdown, 61 * SECOND, "1m"],
  [compactCountdown, HOUR - 1, "59m"],
  [compactCountdown, 101 * MINUTE, "1h"],
  [compactCountdown, 2 * DAY - 1, "47h"],
  [compactCountdown, 2 * DAY, "2d"],
  [countdown, -1, "0 s"],
  [countdown, 999, "0 s"],
  [countdown, MINUTE - 1, "59 s"],
  [countdown, MINUTE, "1 min 00 s"],
  [countdown, MINUTE + 999, "1 min 00 s"],
  [countdown, 61 * SECOND, "1 min 01 s"],
  [countdown, HOUR - 1, "59 min 59 s"],
  [countdown, HOUR, "1 h 00 min"],
  [countdown, 102 * MINUTE - 1, "1 h 41 min"],
  [countdown, 2 * DAY - 1, "47 h 59 min"],
  [countdown, 2 * DAY, "2 d 00 h"],
  [countdown, 2 * DAY + 4 * HOUR, "2 d 04 h"],
  [waitAtLeast, -1, "0 s"],
  [waitAtLeast, 1, "1 s"],
  [waitAtLeast, MINUTE - 1, "1 min 00 s"],
  [waitAtLeast, MINUTE + 1, "1 min 01 s"],
  [waitAtLeast, HOUR + 1, "1 h 01 min"],
  [waitAtLeast, 2 * DAY - 1, "2 d 00 h"],
  [ago, -1, "just now"],
  [ago, 5 * SECOND - 1, "just now"],
  [ago, 5 * SECOND, "5 s ago"],
  [ago, MINUTE - 1, "59 s ago"],
  [ago, MINUTE, "1 min ago"],
  [ago, HOUR - 1, "59 min ago"],
  [ago, HOUR, "1 h ago"],
  [ago, 2 * DAY - 1, "47 h ago"],
  [ago, 2 * DAY, "2 d ago"],
];

for (const [format, value, text] of CASES) {
  Deno.test(`${format.name}(${value}) is ${text}`, () => assertEquals(format(value), text));
}

const SHARES: [used: number, limit: number, percent: number][] = [
  [0, 500, 0],
  [1, 500, 1],
  [5, 500, 1],
  [22, 30, 74],
  [9_000, 10_000, 90],
  [9_996, 10_000, 99],
  [500, 500, 100],
  [612, 500, 100],
  [0, 0, 100],
];

for (const [used, limit, percent] of SHARES) {
  Deno.test(`${used} of ${limit} is ${percent} % used`, () => assertEquals(usedPercent(used, limit), percent));
}

Deno.test("property: a used share is never rounded down, except that it is 100 only at the limit", () => {
  const count = fc.nat(1_000_000_000_000);
  fc.assert(fc.property(count, count, (used, limit) => {
    const percent = usedPercent(used, limit);
    assertEquals([percent === 0, percent === 100], [used === 0 && limit > 0, used >= limit]);
    if (percent > 0 && percent < 99) assert(percent >= used * 100 / limit && percent - 1 < used * 100 / limit);
  }));
});

const waits = fc.oneof(fc.nat(120_000), fc.nat(2 * HOUR), fc.nat(400 * DAY));

Deno.test("property: a countdown has two units at most and is never longer than the wait", () => {
  const UNITS: Record<string, number> = { d: DAY, h: HOUR, min: MINUTE, s: SECOND };
  fc.assert(fc.property(waits, (ms) => {
    const parts = countdown(ms).match(/\d+ [a-z]+/g)!;
    assert(parts.length <= 2, countdown(ms));
    const shown = parts.map((part) => part.split(" ")).map(([count, unit]) => Number(count) * UNITS[unit]);
    const total = shown.reduce((sum, each) => sum + each, 0);
    const smallest = UNITS[parts.at(-1)!.split(" ")[1]];
    assert(total <= ms && ms - total < smallest, countdown(ms));
  }));
});

Deno.test("property: the compact countdown is the first unit of the countdown, and changes when it says", () => {
  fc.assert(fc.property(waits, (ms) => {
    const [count, unit] = countdown(ms).split(" ");
    const compact = compactCountdown(ms);
    assertEquals(compact, count + unit[0]);
    assert(compact.length <= 4, compact);
    const next = compactCountdownChangesIn(ms);
    assertEquals(compactCountdown(ms - next + 1), compact);
    if (ms >= SECOND) assert(compactCountdown(ms - next) !== compact);
  }));
});

Deno.test("a countdown keeps two digits in its smaller unit, in the digits of the language", () => {
  assertEquals(countdown(65_000), "1 min 05 s");
  using _ = speaking("ar-EG", { "{number} min": "{number} د", "{number} s": "{number} ث" });
  assertEquals(countdown(65_000).replace(/[\u2068\u2069]/g, ""), "١ د ٠٥ ث");
});
