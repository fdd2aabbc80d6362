import { assertEquals } from "../../tests/support/assert.ts";
import { parseSpan } from "./duration.ts";

const HOUR = 60 * 60 * 1000;

const CASES: [text: string, ms: number | null][] = [
  ["90m", 1.5 * HOUR],
  ["1h", HOUR],
  ["30d", 30 * 24 * HOUR],
  ["2w", 14 * 24 * HOUR],
  ["1mo", null],
  ["30", null],
  ["d", null],
  ["-1d", null],
  ["1.5h", null],
  ["1d 2h", null],
  ["", null],
];

for (const [text, ms] of CASES) {
  Deno.test(`span "${text}": ${ms === null ? "not one" : `${ms} ms`}`, () => assertEquals(parseSpan(text), ms));
}
