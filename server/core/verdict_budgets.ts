/** The status that follows from budgets: which one has no room, or is close to its amount. */
import { BUDGET_PERIODS } from "../../shared/budgets/names.ts";
import { percentageUsd } from "../../shared/money/money.ts";
import type { QuotaStatus } from "../../shared/quota.ts";
import { budgetText, type BudgetUse, scopeOf, taken } from "./budgets/budget_use.ts";
import type { Scope } from "./budgets/rules.ts";
import { usdText } from "./budgets/usd_text.ts";
import { instant } from "./meter.ts";
import type { NearLimit, Verdict } from "./verdict_types.ts";

/** The verdict for the workspace's hard budget that refuses calls; `null` where none does. The longest period first. */
export function fullWorkspaceBudget(budgets: readonly BudgetUse[]): Verdict | null {
  return fullOf(budgets, "workspace", "quota_exceeded");
}

/** The same for one model's budget, which stops only that model's calls. */
export function fullModelBudget(budgets: readonly BudgetUse[]): Verdict | null {
  return fullOf(budgets, "model", "quota_exceeded");
}

/** A warning for a hard budget of an app or a run that refuses calls: those of others pass. */
export function fullPartBudget(budgets: readonly BudgetUse[]): Verdict | null {
  return fullOf(budgets, "app", "warning") ?? fullOf(budgets, "run", "warning");
}

/** The budget with the largest taken share, where that share is large enough to warn. Of equal shares the first. */
export function nearBudget(budgets: readonly BudgetUse[], warning_ratio: number): NearLimit | null {
  let nearest: NearLimit | null = null;
  for (const budget of budgets) {
    const percentage = percentageUsd(taken(budget), budget.limit);
    if (percentage < warning_ratio * 100 || percentage <= (nearest?.percentage ?? -1)) continue;
    nearest = { percentage, verdict: { status: "warning", cause: causeOf(budget) } };
  }
  return nearest;
}

function fullOf(budgets: readonly BudgetUse[], scope: Scope, status: QuotaStatus): Verdict | null {
  let full: BudgetUse | null = null;
  for (const budget of budgets) {
    if (budget.scope === scope && isFull(budget) && budget.period > (full?.period ?? -1)) full = budget;
  }
  return full && { status, cause: causeOf(full) };
}

/** Also full is a budget whose rest was too small for the last call. */
function isFull(budget: BudgetUse): boolean {
  return budget.hard && (taken(budget) >= budget.limit || budget.refused > 0n);
}

function causeOf(budget: BudgetUse): Verdict["cause"] {
  const { scope, name, period, spent, reserved, opens_at_ms } = budget;
  return {
    code: `budget_${BUDGET_PERIODS[period]}`,
    ...(scope === "model" && name !== null ? { model: name } : {}),
    budget: scopeOf(budget),
    message: `${usdText(spent)} of ${budgetText(budget)} ${
      reserved > 0n ? `is spent, ${usdText(reserved)} is reserved` : "is spent"
    }`,
    source: "counted",
    until: instant(opens_at_ms),
    fix: "raise_budget",
  };
}
