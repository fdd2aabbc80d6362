import { assertEquals } from "../tests/support/assert.ts";
import { ago, compactCount, compactWait, countdown, fullCount, percent } from "./format.ts";

const SECOND = 1_000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

/** Each function at both sides of every boundary between two units. */
const CASES: [format: (value: number) => string, value: number, text: string][] = [
  [compactCount, 0, "0"],
  [compactCount, 999, "999"],
  [compactCount, 1_000, "1k"],
  [compactCount, 9_999, "9.9k"],
  [compactCount, 10_000, "10k"],
  [compactCount, 999_999, "999k"],
  [compactCount, 1_000_000, "1M"],
  [compactCount, 9_876_543_210, "9.8B"],
  [compactCount, 999_999_999_999_999, "999T"],
  [compactCount, 1_000_000_000_000_000, "1000T"],
  [fullCount, 999, "999"],
  [fullCount, 1_000, "1,000"],
  [fullCount, 1_234_567, "1,234,567"],
  [compactWait, -1, "0s"],
  [compactWait, 1, "1s"],
  [compactWait, 61 * SECOND, "61s"],
  [compactWait, 99 * SECOND, "99s"],
  [compactWait, 99 * SECOND + 1, "2m"],
  [compactWait, 99 * MINUTE, "99m"],
  [compactWait, 99 * MINUTE + 1, "2h"],
  [compactWait, 99 * HOUR, "99h"],
  [compactWait, 99 * HOUR + 1, "5d"],
  [countdown, -1, "0s"],
  [countdown, 1, "1s"],
  [countdown, 59 * SECOND, "59s"],
  [countdown, 59 * SECOND + 1, "1m 00s"],
  [countdown, 59 * MINUTE + 59 * SECOND, "59m 59s"],
  [countdown, HOUR, "1h 00m"],
  [countdown, 47 * HOUR + 59 * MINUTE, "47h 59m"],
  [countdown, 2 * DAY, "2d 0h"],
  [countdown, 2 * DAY + 4 * HOUR, "2d 4h"],
  [ago, -1, "just now"],
  [ago, 5 * SECOND - 1, "just now"],
  [ago, 5 * SECOND, "5 s ago"],
  [ago, MINUTE - 1, "59 s ago"],
  [ago, MINUTE, "1 min ago"],
  [ago, HOUR - 1, "59 min ago"],
  [ago, HOUR, "1 h ago"],
  [ago, 2 * DAY - 1, "47 h ago"],
  [ago, 2 * DAY, "2 d ago"],
  [percent, 0, "0"],
  [percent, 99.9, "99"],
  [percent, 123.2, "100"],
];

for (const [format, value, text] of CASES) {
  Deno.test(`${format.name}(${value}) is ${text}`, () => assertEquals(format(value), text));
}
