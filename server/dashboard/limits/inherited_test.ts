import type { LimitsReport, OwnLimits } from "../../../shared/limits.ts";
import { assertEquals } from "../../../tests/support/assert.ts";
import { inheritedBudgets, inheritedLimits } from "./inherited.ts";

const WHOLE = { part: null } as const;
const NOW_MS = Date.parse("2026-11-21T10:00:00.000Z");

function report(own: OwnLimits): LimitsReport {
  const limits = { requests_per_minute: 300, requests_per_day: null, tokens_per_minute: 9, tokens_per_day: null };
  const budget = (scope: "workspace" | "app", period: "day" | "week", limit_usd: string, name?: string) =>
    ({ scope, period, limit_usd, mode: "hard", ...(name === undefined ? {} : { name }) }) as const;
  const budgets = [budget("workspace", "day", "20.000000000"), budget("app", "week", "5.000000000", "nightly")];
  return { workspace_id: "acme", own, limits, models: [{ model: "m", limits }], budgets };
}

Deno.test("what holds where nothing is set comes from what is in force of the same scope", () => {
  const own = { requests_per_minute: 300, models: { m: { tokens_per_minute: null } } };
  assertEquals(inheritedLimits(report(own), WHOLE, NOW_MS), {
    requests_per_day: null,
    tokens_per_minute: 9,
    tokens_per_day: null,
  });
  const { tokens_per_minute: _, ...others } = report({}).limits;
  assertEquals(inheritedLimits(report(own), { part: "models", name: "m" }, NOW_MS), others);
  assertEquals(inheritedLimits(report(own), { part: "apps", name: "m" }, NOW_MS), {});
  assertEquals(inheritedBudgets(report({}), WHOLE, NOW_MS), { day: "20.000000000" });
  assertEquals(inheritedBudgets(report({}), { part: "apps", name: "nightly" }, NOW_MS), { week: "5.000000000" });
  assertEquals(inheritedBudgets(report({}), { part: "runs", name: "nightly" }, NOW_MS), {});
});

Deno.test("a limit that is raised now is not taken for the one that is inherited; a raise that has ended changes nothing", () => {
  const raised = { until: "2026-11-21T10:00:00.001Z", requests_per_minute: 900, day: "40" };
  const known = report({ raises: [raised] });
  assertEquals("requests_per_minute" in inheritedLimits(known, WHOLE, NOW_MS), false);
  assertEquals(inheritedBudgets(known, WHOLE, NOW_MS), {});
  assertEquals(inheritedLimits(known, WHOLE, NOW_MS + 1).requests_per_minute, 300);
  assertEquals(inheritedLimits(known, { part: "models", name: "m" }, NOW_MS).requests_per_minute, 300);
  assertEquals(inheritedBudgets(known, WHOLE, NOW_MS + 1), { day: "20.000000000" });
});
