import fc from "fast-check";
import { assert, assertEquals, assertThrows } from "../../../tests/support/assert.ts";
import { ProblemError } from "../../core/problem_error.ts";
import { stepsOf } from "./steps.ts";

const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "America/St_Johns",
  "Pacific/Apia",
  "Pacific/Kiritimati",
];

const HOUR_MS = 3_600_000;

/** Each day of a zone from a date on, by `Temporal`: its start, and the hours to the next. */
const DAYS: [what: string, zone: string, from: string, hours: number[]][] = [
  ["the clocks go forward", "Europe/Berlin", "2026-03-28", [24, 23, 24]],
  ["the clocks go back", "Europe/Berlin", "2026-10-24", [24, 25, 24]],
  ["the clocks go back at another date", "America/New_York", "2026-10-31", [24, 25, 24]],
  ["the clocks go forward by half an hour", "Australia/Lord_Howe", "2026-10-03", [24, 23.5, 24]],
  ["the clocks go back by half an hour", "Australia/Lord_Howe", "2026-04-04", [24, 24.5, 24]],
  ["no clock changes", "Asia/Kathmandu", "2026-03-28", [24, 24, 24]],
  ["the clocks change at midnight", "America/Santiago", "2026-09-05", [24, 23, 24]],
];
for (const [what, zone, from, hours] of DAYS) {
  Deno.test(`the days of ${zone} when ${what} have ${hours.join(", ")} hours`, () => {
    const from_ms = startOf(from, zone);
    const to_ms = from_ms + hours.reduce((sum, hours) => sum + hours, 0) * HOUR_MS;
    const { starts_ms, end_ms } = stepsOf({ from_ms, to_ms, step: "day", zone });
    const lengths = [...starts_ms.slice(1), end_ms].map((end, at) => (end - starts_ms[at]) / HOUR_MS);
    assertEquals(lengths, hours);
    const by_hour = stepsOf({ from_ms, to_ms, step: "hour", zone });
    assertEquals(by_hour.starts_ms.length, hours.reduce((sum, hours) => sum + Math.ceil(hours), 0));
    assertEquals([by_hour.starts_ms[0], by_hour.end_ms], [from_ms, to_ms]);
  });
}

Deno.test("a day that a zone left out is no step", () => {
  const [from_ms, to_ms] = ["2011-12-29", "2012-01-01"].map((date) => startOf(date, "Pacific/Apia"));
  const { starts_ms } = stepsOf({ from_ms, to_ms, step: "day", zone: "Pacific/Apia" });
  const dates = starts_ms.map((ms) =>
    Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO("Pacific/Apia").toPlainDate().toString()
  );
  assertEquals(dates, ["2011-12-29", "2011-12-31"]);
});

const ranges = fc.record({
  from_ms: fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2030, 0) }),
  span_ms: fc.integer({ min: 1, max: 40 * 24 * HOUR_MS }),
  zone: fc.constantFrom(...ZONES),
});

Deno.test("property: steps cover the range without a gap, and days begin where Temporal's do", () => {
  fc.assert(fc.property(ranges, ({ from_ms, span_ms, zone }) => {
    const to_ms = from_ms + span_ms;
    for (const step of ["hour", "day"] as const) {
      const { starts_ms, end_ms } = stepsOf({ from_ms, to_ms, step, zone });
      assert(starts_ms[0] <= from_ms && end_ms >= to_ms);
      assert(starts_ms.every((start, at) => start < (starts_ms[at + 1] ?? end_ms)));
      // No step lies outside the range.
      assert((starts_ms[1] ?? end_ms) > from_ms && starts_ms.at(-1)! < to_ms);
      if (step === "day") assertEquals(starts_ms, starts_ms.map((start) => midnightBefore(start, zone)));
      else assert(starts_ms.every((start, at) => (starts_ms[at + 1] ?? start) - start <= HOUR_MS));
      // Hours are counted from the midnight of their day.
      const [first] = starts_ms;
      assertEquals((first - midnightBefore(first, zone)) % HOUR_MS, 0);
    }
  }));
});

Deno.test("property: minutes begin at whole minutes, and cover the range", () => {
  fc.assert(fc.property(ranges, ({ from_ms, span_ms, zone }) => {
    const to_ms = from_ms + span_ms % (30 * HOUR_MS) + 1;
    const { starts_ms, end_ms } = stepsOf({ from_ms, to_ms, step: "minute", zone });
    assert(starts_ms.every((start) => start % 60_000 === 0));
    assert(starts_ms[0] <= from_ms && from_ms - starts_ms[0] < 60_000 && end_ms >= to_ms && end_ms - to_ms < 60_000);
  }));
});

Deno.test("more than 2,000 steps are refused, and 2,000 are not", () => {
  const from_ms = Date.UTC(2026, 0);
  const minutes = (count: number) => stepsOf({ from_ms, to_ms: from_ms + count * 60_000, step: "minute", zone: "UTC" });
  assertEquals(minutes(2_000).starts_ms.length, 2_000);
  assertThrows(() => minutes(2_001), ProblemError, "more than 2000 steps");
  const century = { from_ms, to_ms: from_ms + 100 * 365 * 24 * HOUR_MS, zone: "Europe/Berlin" };
  for (const step of ["hour", "day"] as const) {
    assertThrows(() => stepsOf({ ...century, step }), ProblemError, "more than 2000 steps");
  }
});

function startOf(date: string, zone: string): number {
  return Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds;
}

function midnightBefore(at_ms: number, zone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(at_ms).toZonedDateTimeISO(zone).startOfDay().epochMilliseconds;
}
