/** Holds money for calls while every hard budget that covers them has room, and tells the use of each budget. */
import { type UsdNanos, ZERO_USD } from "../../../shared/money/money.ts";
import type { BudgetName, BudgetUse } from "../../core/budgets/budget_use.ts";
import type { Periods } from "../../core/budgets/periods.ts";
import {
  type BudgetRules,
  EACH,
  findCovering,
  hasRoom,
  NO_BUDGETS,
  type PartBudget,
  type Scope,
  type SpendNames,
} from "../../core/budgets/rules.ts";
import { MAX_COUNTERS, type SpendHold, WorkspaceSpend } from "./workspace_spend.ts";

/** Apps, and runs, of the budget for each that are shown: those that have spent the most. */
const MAX_SHOWN = 50;

/** The budget because of which nothing was held. */
export interface FullBudget extends BudgetName, Pick<BudgetUse, "limit" | "spent" | "reserved" | "opens_at_ms"> {
  /** What the attempt was to hold. */
  readonly amount: UsdNanos;
}

/** The budgets of one workspace. */
export class BudgetGate {
  readonly spend = new WorkspaceSpend();
  /** The last amount that a budget refused although calls in flight left it room, by budget. */
  readonly #refused = new Map<string, { amount: UsdNanos; start_ms: number }>();

  /** Holds an amount in every budget that covers a call, or, where `enforce`, in none because one has no room. */
  reserve(
    rules: BudgetRules,
    names: SpendNames,
    { amount, overshoot }: Pick<SpendHold, "amount" | "overshoot">,
    periods: Periods,
    enforce: boolean,
  ): SpendHold | FullBudget {
    if (enforce && rules !== NO_BUDGETS) {
      const full = this.full(rules, names, amount, periods);
      if (full) return this.#note(full, periods);
      if (this.#refused.size > 0) this.#forget(rules, names);
    }
    return this.spend.hold(rules, names, amount, overshoot);
  }

  /** The first hard budget without room for an amount: of the workspace, a model, the app, the run; the longest period first. */
  full(rules: BudgetRules, names: SpendNames, amount: UsdNanos, periods: Periods): FullBudget | null {
    return findCovering(rules, names, (scope, name, budget) => {
      return budget.hard ? this.#fullOf(rules, scope, name, budget, amount, periods)[0] ?? null : null;
    });
  }

  /** All budgets without room for an amount, hard or soft. */
  allFull(rules: BudgetRules, names: SpendNames, amount: UsdNanos, periods: Periods): FullBudget[] {
    const all: FullBudget[] = [];
    findCovering(rules, names, (scope, name, budget) => {
      all.push(...this.#fullOf(rules, scope, name, budget, amount, periods));
      return null;
    });
    return all;
  }

  /** All budgets in force with their use, the workspace's first. Those for each app or run have spent in this month. */
  uses(rules: BudgetRules, periods: Periods): BudgetUse[] {
    if (rules === NO_BUDGETS) return [];
    const of = (scope: Scope, name: string | null, budget: PartBudget) =>
      this.#uses(rules, scope, name, budget, periods);
    return [
      ...(rules.workspace ? of("workspace", null, rules.workspace) : []),
      ...[...rules.models].flatMap(([name, budget]) => of("model", name, budget)),
      ...this.#names(rules, "app", periods).flatMap(([name, budget]) => of("app", name, budget)),
      ...this.#names(rules, "run", periods).flatMap(([name, budget]) => of("run", name, budget)),
    ];
  }

  #fullOf(
    rules: BudgetRules,
    scope: Scope,
    name: string | null,
    budget: PartBudget,
    amount: UsdNanos,
    periods: Periods,
  ): FullBudget[] {
    const full: FullBudget[] = [];
    for (let period = budget.amounts.length - 1; period >= 0; period--) {
      const limit = budget.amounts[period];
      if (limit === null) continue;
      const { spent, reserved } = this.spend.sums(rules, scope, name, period, periods);
      const taken = spent + reserved as UsdNanos;
      if (hasRoom(limit, taken, amount)) continue;
      full.push({ scope, name, period, limit, spent, reserved, amount, opens_at_ms: periods.ends_ms[period] });
    }
    return full;
  }

  #uses(rules: BudgetRules, scope: Scope, name: string | null, budget: PartBudget, periods: Periods): BudgetUse[] {
    return budget.amounts.flatMap((limit, period) => {
      if (limit === null) return [];
      const sums = this.spend.sums(rules, scope, name, period, periods);
      const noted = this.#refused.get(keyOf(scope, name, period));
      const refused = noted?.start_ms === periods.starts_ms[period] ? noted.amount : ZERO_USD;
      return [{
        scope,
        name,
        period,
        hard: budget.hard,
        limit,
        ...sums,
        refused,
        opens_at_ms: periods.ends_ms[period],
      }];
    });
  }

  /** Apps or runs with a budget of their own, and those under the budget for each. */
  #names(rules: BudgetRules, scope: "app" | "run", periods: Periods): [string, PartBudget][] {
    const [budgets, counters] = scope === "app" ? [rules.apps, this.spend.apps] : [rules.runs, this.spend.runs];
    const named = [...budgets].filter(([name]) => name !== EACH);
    const each = budgets.get(EACH);
    if (!each) return named;
    const others = [...counters.entries()].flatMap(([name, counter]) => {
      const taken = counter.spent(2, periods) + counter.reserved;
      return budgets.has(name) || taken === 0n ? [] : [{ name, taken }];
    });
    others.sort((a, b) => a.taken < b.taken ? 1 : a.taken > b.taken ? -1 : 0);
    return [...named, ...others.slice(0, MAX_SHOWN).map(({ name }): [string, PartBudget] => [name, each])];
  }

  /** Notes a refusal that the end of calls in flight does not undo. */
  #note(full: FullBudget, periods: Periods): FullBudget {
    const { scope, name, period, spent, limit, amount } = full;
    if (spent + amount <= limit) return full;
    if (this.#refused.size >= MAX_COUNTERS.apps) this.#refused.clear();
    this.#refused.set(keyOf(scope, name, period), { amount, start_ms: periods.starts_ms[period] });
    return full;
  }

  /** The budgets that cover a call have room for it. */
  #forget(rules: BudgetRules, names: SpendNames): void {
    findCovering(rules, names, (scope, name, { amounts }) => {
      for (let period = 0; period < amounts.length; period++) this.#refused.delete(keyOf(scope, name, period));
      return null;
    });
  }
}

function keyOf(scope: Scope, name: string | null, period: number): string {
  return `${scope} ${period} ${name ?? ""}`;
}
