/** Statuses with budgets, for the views of `fixtures.ts`. */
import type { Cause, StatusBody } from "../../shared/quota.ts";
import type { Budget } from "../../shared/ui/meters/budgets.ts";

const RESETS = {
  day: "2026-11-22T00:00:00.000Z",
  week: "2026-11-23T00:00:00.000Z",
  month: "2026-12-01T00:00:00.000Z",
};

function budget(period: Budget["period"], spent_usd: string, limit_usd: string, more: Partial<Budget> = {}): Budget {
  return {
    scope: "workspace",
    period,
    mode: "hard",
    spent_usd,
    reserved_usd: "0.000000000",
    limit_usd,
    percentage: 0,
    resets_at: RESETS[period],
    unpriced_calls: 0,
    ...more,
  };
}

const CAUSE: Cause = {
  code: "budget_day",
  budget: { scope: "workspace" },
  message: "$18.60 of the $20.00 budget of the workspace for today is spent",
  source: "counted",
  since: "2026-11-21T09:40:00.000Z",
  until: RESETS.day,
  fix: "raise_budget",
};

const MONTH = budget("month", "212.480191500", "400.000000000");

/** What each state has in place of a normal status. */
export const BUDGET_STATES: Record<string, Partial<StatusBody>> = {
  budget_normal: {
    budgets: [budget("day", "8.204000100", "20.000000000", { percentage: 41.6, reserved_usd: "0.125000000" }), MONTH],
  },
  budget_warning: {
    status: "warning",
    cause: CAUSE,
    budgets: [budget("day", "18.601000000", "20.000000000", { percentage: 93 }), MONTH],
  },
  budget_full: {
    status: "quota_exceeded",
    cause: { ...CAUSE, message: "$19.99 of the $20.00 budget of the workspace for today is spent, $0.01 is reserved" },
    budgets: [budget("day", "19.990000000", "20.000000000", { percentage: 100, reserved_usd: "0.010000000" }), MONTH],
  },
  budget_over: {
    status: "warning",
    cause: {
      ...CAUSE,
      code: "budget_month",
      budget: { scope: "app", name: "nightly-report" },
      message: '$52.37 of the $50.00 budget of app "nightly-report" for this month is spent',
      until: RESETS.month,
    },
    budgets: [
      budget("day", "8.204000100", "20.000000000"),
      budget("month", "52.370000001", "50.000000000", {
        scope: "app",
        name: "nightly-report",
        mode: "soft",
        percentage: 104.7,
      }),
      budget("week", "0.012310000", "0.050000000", { scope: "run", name: "eval-2026-11-21-0007-of-the-long-kind" }),
      budget("month", "1204331.908000000", "9000000.000000000", { scope: "model", name: "gpt-5.4" }),
    ],
  },
  budget_unpriced: { budgets: [budget("day", "8.204000100", "20.000000000", { unpriced_calls: 3 })] },
};
