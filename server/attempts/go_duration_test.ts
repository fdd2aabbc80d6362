import * as fc from "fast-check";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { formatGoDuration, parseGoDuration } from "./go_duration.ts";

Deno.test("the durations that OpenAI sends are parsed", () => {
  const cases: [string, number | null][] = [
    ["1s", 1000],
    ["6m0s", 360_000],
    ["12ms", 12],
    ["4m12.172s", 252_172],
    ["23h18m29.144s", 83_909_144],
    ["0", 0],
    ["0s", 0],
    ["1.5h", 5_400_000],
    ["17µs", 1],
    ["999ns", 1],
    ["", null],
    ["6", null],
    ["-1s", null],
    ["1s ", null],
    ["1m banana", null],
    ["1e3s", null],
    ["1h".repeat(40), null],
    [".5s", null],
    ["1.s", null],
    ["1ss", null],
    ["1hs", null],
    ["1s1", null],
    ["1us2ns", 1],
    ["0.123456789s", 124],
    ["0.1234567890s", null],
    ["000000000000001s", 1000],
    ["0000000000000001s", null],
  ];
  for (const [text, ms] of cases) assertEquals(parseGoDuration(text), ms, text);
});

Deno.test("a duration of more than a year is invalid: a date computed from it could be out of range", () => {
  assertEquals(parseGoDuration("8784h"), 366 * 24 * 3_600_000);
  assertEquals(parseGoDuration("8785h"), null);
  assertEquals(parseGoDuration("999999999999999h"), null);
});

Deno.test("FAULT 54: any text is quickly parsed to a valid duration or null", () => {
  const part = fc.tuple(fc.nat(), fc.constantFrom("h", "m", "s", "ms", "x", "")).map((pair) => pair.join(""));
  fc.assert(fc.property(fc.oneof(fc.string(), fc.array(part).map((parts) => parts.join(""))), (text) => {
    const ms = parseGoDuration(text);
    assert(ms === null || !Number.isNaN(new Date(Date.UTC(2026, 0) + ms).getTime()));
  }));
});

Deno.test("durations are formatted as in Go", () => {
  const texts = [0, -5, 0.2, 12, 1000, 1500, 61_000, 3_600_000, 83_909_144].map(formatGoDuration);
  assertEquals(texts, ["0s", "0s", "1ms", "12ms", "1s", "1.5s", "1m1s", "1h0m0s", "23h18m29.144s"]);
});

Deno.test("property: a formatted duration parses to the same value", () => {
  fc.assert(fc.property(fc.nat(300 * 86_400_000), (ms) => assertEquals(parseGoDuration(formatGoDuration(ms)), ms)));
});
