import { assertEquals } from "../../../tests/support/assert.ts";
import { spanOf, stepOf, stepsFor } from "./steps.ts";

const NOW = Date.parse("2026-11-21T10:20:30.000Z");
const LAST_YEAR = "2025-11-20T10:00Z..2025-11-21T10:00Z";
const YEARS_AGO = "2020-11-20T10:00Z..2020-11-20T11:00Z";
const instants = (range: string | null, step: "minute" | "hour" | "day") => {
  const { from_ms, to_ms } = spanOf(range, step, NOW);
  return [from_ms, to_ms].map((ms) => ms && new Date(ms).toISOString());
};

Deno.test("a span that ends now begins at the start of a step, and has as many steps as its name says", () => {
  assertEquals(instants("1h", "minute"), ["2026-11-21T09:21:00.000Z", null]);
  assertEquals(instants("24h", "hour"), ["2026-11-20T11:00:00.000Z", null]);
  assertEquals(instants("30d", "day"), ["2026-10-23T00:00:00.000Z", null]);
});

Deno.test("a span is shown by minutes, hours or days, as its length suggests", () => {
  const steps = ["1h", "24h", "7d", "30d"].map((range) => stepOf(range, "", NOW));
  assertEquals(steps, ["minute", "hour", "hour", "day"]);
});

Deno.test("a step that has too many steps, or is no longer kept, is not offered", () => {
  assertEquals(stepsFor("24h", NOW), ["hour", "day"]);
  assertEquals(stepsFor("1h", NOW), ["minute", "hour", "day"]);
  assertEquals(stepsFor(LAST_YEAR, NOW), ["hour", "day"]);
  assertEquals(stepsFor(YEARS_AGO, NOW), ["day"]);
  assertEquals(stepOf("30d", "minute", NOW), "day");
  assertEquals(stepOf("30d", "hour", NOW), "hour");
});
