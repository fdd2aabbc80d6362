/** The limits and budgets that hold for a scope where nothing is set. */
import type { LimitsReport } from "../../../shared/limits.ts";
import { type BudgetPeriod, type FourLimits, rulesOf, type Scope } from "./draft.ts";
import { hasEnded } from "./raises.ts";

/** A limit that is set, or raised now, hides the one that would be inherited: the service tells only those in force. */
export function inheritedLimits(known: LimitsReport, scope: Scope, now_ms: number): FourLimits {
  const set = rulesOf(known.own, scope);
  const inForce = scope.part === null
    ? known.limits
    : known.models.find(({ model }) => scope.part === "models" && model === scope.name)?.limits ?? {};
  const hidden = (name: string) => name in set || scope.part === null && isRaised(known, name, now_ms);
  return Object.fromEntries(Object.entries(inForce).filter(([name]) => !hidden(name)));
}

/** The budgets in force of a scope, by period; without those that are raised now. */
export function inheritedBudgets(
  known: LimitsReport,
  scope: Scope,
  now_ms: number,
): Partial<Record<BudgetPeriod, string>> {
  const kind = scope.part === null ? "workspace" : scope.part.slice(0, -1);
  const name = scope.part === null ? undefined : scope.name;
  const inForce = known.budgets?.filter((budget) => budget.scope === kind && budget.name === name) ?? [];
  const hidden = (period: string) => scope.part === null && isRaised(known, period, now_ms);
  return Object.fromEntries(
    inForce.filter(({ period }) => !hidden(period)).map(({ period, limit_usd }) => [period, limit_usd]),
  );
}

function isRaised({ own: { raises = [] } }: LimitsReport, name: string, now_ms: number): boolean {
  return raises.some((raise) => name in raise && !hasEnded(raise, now_ms));
}
