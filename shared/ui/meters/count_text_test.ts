import { assertEquals } from "../../../tests/support/assert.ts";
import { lineCount } from "./count_text.ts";

const COUNTS: [count: number, text: string][] = [
  [999_999, "999,999"],
  [1_000_000, "1M"],
  [1_009_999, "1M"],
  [999_999_999, "999.99M"],
  [1_000_000_000, "1B"],
  [1_000_000_000_000, "1T"],
];

for (const [count, text] of COUNTS) {
  Deno.test(`the count ${count} is ${text}`, () => assertEquals(lineCount(count), text));
}
