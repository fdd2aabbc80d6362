import * as fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { budgetPeriods, cachedPeriods } from "./periods.ts";

const ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu", "Africa/Cairo"];

const instant = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2040, 0) });

Deno.test("property: every instant is in one day, week and month, and those follow each other without a gap", () => {
  fc.assert(fc.property(instant, fc.constantFrom(...ZONES), (now_ms, zone) => {
    const { starts_ms, ends_ms } = budgetPeriods(now_ms, zone);
    for (const [period, start_ms] of starts_ms.entries()) {
      assert(start_ms <= now_ms && now_ms < ends_ms[period]);
      assertEquals(budgetPeriods(ends_ms[period], zone).starts_ms[period], ends_ms[period]);
      assertEquals(budgetPeriods(start_ms - 1, zone).ends_ms[period], start_ms);
    }
  }));
});

Deno.test("a week begins on Monday, also where it is in two years", () => {
  const { starts_ms, ends_ms } = budgetPeriods(Date.parse("2027-01-01T12:00:00Z"), "UTC");
  assertEquals(starts_ms.map(date), ["2027-01-01", "2026-12-28", "2027-01-01"]);
  assertEquals(ends_ms.map(date), ["2027-01-02", "2027-01-04", "2027-02-01"]);
});

Deno.test("a day that has no midnight begins with its first instant", () => {
  const { starts_ms, ends_ms } = budgetPeriods(Date.parse("2026-04-24T12:00:00Z"), "Africa/Cairo");
  assertEquals((ends_ms[0] - starts_ms[0]) / 3_600_000, 23);
});

Deno.test("property: the cached periods are those of each instant, in any order", () => {
  fc.assert(fc.property(fc.array(instant), fc.constantFrom(...ZONES), (instants, zone) => {
    const periodsOf = cachedPeriods(zone);
    for (const now_ms of instants) assertEquals(periodsOf(now_ms), budgetPeriods(now_ms, zone));
  }));
});

function date(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
