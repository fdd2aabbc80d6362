import { assertEquals } from "../../../tests/support/assert.ts";
import { meter, NOON, statusBody, wire } from "../../../tests/support/statuses.ts";
import { readRoute } from "../router.ts";
import { filtersOf } from "./history_query.ts";
import { limitLines } from "./limit_lines.ts";

const budget = (over: Record<string, unknown>) => ({
  scope: "workspace" as const,
  period: "day" as const,
  mode: "soft" as const,
  spent_usd: "0",
  reserved_usd: "0",
  limit_usd: "2.5",
  percentage: 0,
  resets_at: wire(NOON),
  unpriced_calls: 0,
  ...over,
});

const STATUS = statusBody({
  models: [{ model: "gpt-5.4", stats: { ...statusBody().stats, requests_per_minute: meter(1, 30) } }],
  budgets: [budget({}), budget({ period: "month", limit_usd: "60" }), budget({ scope: "app", name: "nightly" })],
});

const linesOf = (measure: "requests" | "tokens" | "cost", step: "minute" | "hour" | "day", search = "") =>
  limitLines(STATUS, measure, step, filtersOf(readRoute(search))).map(({ label, value }) => [label, value]);

Deno.test("minutes have the limit by the minute, hours its 60-fold and the limit by the day, days that one alone", () => {
  assertEquals(linesOf("requests", "minute"), [["Requests a minute", 500]]);
  assertEquals(linesOf("requests", "hour"), [["Requests a minute", 30_000], ["Requests a day", 10_000]]);
  assertEquals(linesOf("requests", "day"), [["Requests a day", 10_000]]);
  assertEquals(linesOf("tokens", "day"), []);
});

Deno.test("the cost has the budget of the day, not that of a longer period", () => {
  assertEquals([linesOf("cost", "hour"), linesOf("cost", "minute")], [[["Day budget", 2.5]], []]);
});

Deno.test("the calls of one model or app have its own limits and budgets, other filters none", () => {
  assertEquals(linesOf("requests", "minute", "?model=gpt-5.4"), [["Requests a minute", 30]]);
  assertEquals(linesOf("cost", "day", "?app=nightly"), [["Day budget", 2.5]]);
  assertEquals(linesOf("cost", "day", "?model=gpt-5.4"), []);
  for (const search of ["?outcome=failed", "?model=a&model=b", "?model=gpt-5.4&app=nightly", "?app=nightly"]) {
    assertEquals(linesOf("requests", "day", search), [], search);
  }
});
