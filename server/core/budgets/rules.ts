/** The budgets in force for one workspace, and which of them cover a call. */
import type { BUDGET_SCOPES } from "../../../shared/budgets/names.ts";
import type { UsdNanos } from "../../../shared/money/money.ts";
import { limitsOfNames } from "../workspace_limits.ts";

/** The budgets of the workspace, or of one app, model or run. */
export interface PartBudget {
  /** Whether it refuses; else it warns. */
  readonly hard: boolean;
  /** By period, in the order of `BUDGET_PERIODS`; `null` where there is none. */
  readonly amounts: readonly (UsdNanos | null)[];
}

/** Whose budget it is. */
export type Scope = (typeof BUDGET_SCOPES)[number];

/** By name. `*` stands for each app, or each run, that has no entry. */
type ByName = ReadonlyMap<string, PartBudget>;

/** All budgets of one workspace. The object is replaced when they change. */
export interface BudgetRules {
  readonly workspace: PartBudget | null;
  readonly apps: ByName;
  readonly models: ByName;
  readonly runs: ByName;
}

/** The name that stands for each app, or each run, without an entry. */
export const EACH = "*";

/** No budgets. */
export const NO_BUDGETS: BudgetRules = { workspace: null, apps: new Map(), models: new Map(), runs: new Map() };

/** The names of a call by which budgets cover it; `null` where it has none. */
export interface SpendNames {
  app: string | null;
  run: string | null;
  model: string | null;
  /** The model that answers. */
  answered: string | null;
}

/** Whether a budget has room for an amount more. One that is used up has none, not even for nothing. */
export function hasRoom(limit: UsdNanos, taken: UsdNanos, amount: UsdNanos): boolean {
  return taken < limit && taken + amount <= limit;
}

/** Calls a function with each budget that covers a call, the workspace's first, until it returns something. */
export function findCovering<T>(
  rules: BudgetRules,
  { app, run, model, answered }: SpendNames,
  visit: (scope: Scope, name: string | null, budget: PartBudget) => T | null,
): T | null {
  if (rules.workspace) {
    const found = visit("workspace", null, rules.workspace);
    if (found !== null) return found;
  }
  if (rules.models.size > 0) {
    for (const name of limitsOfNames(rules.models, model, answered)) {
      const found = visit("model", name, rules.models.get(name)!);
      if (found !== null) return found;
    }
  }
  return findNamed(rules.apps, app, (budget) => visit("app", app, budget)) ??
    findNamed(rules.runs, run, (budget) => visit("run", run, budget));
}

/** The entry that is the budget of a name: its own, else that of each. */
export function entryOf(budgets: ByName, name: string): string {
  return budgets.has(name) ? name : EACH;
}

/** The budget of a name. */
function budgetOf(budgets: ByName, name: string): PartBudget | undefined {
  return budgets.get(entryOf(budgets, name));
}

function findNamed<T>(budgets: ByName, name: string | null, visit: (budget: PartBudget) => T | null): T | null {
  if (name === null || budgets.size === 0) return null;
  const budget = budgetOf(budgets, name);
  return budget ? visit(budget) : null;
}
