/** Limits and budgets while they are edited. */
import { BUDGET_PERIODS } from "../../../shared/budgets/names.ts";
import type { OwnLimits } from "../../../shared/limits.ts";
import { METER_NAMES, type MeterName } from "../../../shared/meters.ts";
import { isRaise } from "./raises.ts";
import { isAmount, isLimit } from "./values.ts";

/** The limits of one scope: left out is inherited, `null` is none, and `NaN` is a text that is no number. */
export type FourLimits = Partial<Record<MeterName, number | null>>;

export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

/** The parts of a workspace that have rules of their own, by the names of their fields. */
export const PARTS = ["models", "apps", "runs"] as const;
export type Part = (typeof PARTS)[number];

/** Whose rules are edited: the workspace's own, or those of one part of it. */
export type Scope = { part: null } | { part: Part; name: string };

/** The rules of one scope. An amount that is a text but no amount of dollars is not complete. */
export interface ScopeRules extends FourLimits {
  budgets?: { [Period in BudgetPeriod]?: string | null };
  budget_mode?: "soft" | "hard";
}

/** The rules of a workspace and its parts: those that refuse calls, or those that are only observed. */
export type EditedRules = NonNullable<OwnLimits["shadow"]> & Pick<OwnLimits, "budget_mode">;

/** The rules of a scope, as they are edited. */
export function rulesOf(own: EditedRules, scope: Scope): ScopeRules {
  if (scope.part === null) return own;
  const parts: Record<string, ScopeRules> = own[scope.part] ?? {};
  return Object.hasOwn(parts, scope.name) ? parts[scope.name] : {};
}

/** Changes some rules of a scope; `undefined` inherits one. Everything else stays. */
export function withRules<Own extends EditedRules>(own: Own, scope: Scope, change: ScopeRules): Own {
  const rules = without({ ...rulesOf(own, scope), ...change });
  return scope.part === null ? rules as Own : { ...own, [scope.part]: { ...own[scope.part], [scope.name]: rules } };
}

/** Sets the budget of one period. */
export function withBudget<Own extends EditedRules>(
  own: Own,
  scope: Scope,
  period: BudgetPeriod,
  amount: string | null | undefined,
): Own {
  const budgets = without({ ...rulesOf(own, scope).budgets, [period]: amount });
  return withRules(own, scope, { budgets: Object.keys(budgets).length === 0 ? undefined : budgets });
}

/** Adds a part without rules, or removes one with its rules (`present` false); the last one takes the field along. */
export function withPart<Own extends EditedRules>(own: Own, part: Part, name: string, present: boolean): Own {
  const { [name]: of = {}, ...others } = (own[part] ?? {}) as Record<string, ScopeRules>;
  const left = present ? { ...others, [name]: of } : others;
  return without({ ...own, [part]: Object.keys(left).length === 0 ? undefined : left });
}

/** Every scope with rules of its own, the workspace first. */
export function scopesOf(own: EditedRules): Scope[] {
  const parts = PARTS.flatMap((part) => Object.keys(own[part] ?? {}).map((name) => ({ part, name })));
  return [{ part: null }, ...parts];
}

/** Whether the service would accept every value. */
export function isComplete(own: OwnLimits): boolean {
  return hasValues(own) && hasValues(own.shadow ?? {}) && (own.raises ?? []).every(isRaise);
}

function hasValues(of: EditedRules): boolean {
  return scopesOf(of).map((scope) => rulesOf(of, scope)).every(({ budgets = {}, ...limits }) =>
    METER_NAMES.every((name) => isLimit(limits[name])) && BUDGET_PERIODS.every((period) => isAmount(budgets[period]))
  );
}

function without<T extends object>(of: T): T {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as T;
}

/** Whether two sets of limits are equal, in whatever order their fields are. */
export function isSame(a: OwnLimits, b: OwnLimits): boolean {
  return sortedJson(a) === sortedJson(b);
}

function sortedJson(of: unknown): string {
  return JSON.stringify(of, (_, value) => {
    // In JSON it would be `null`, which is no limit.
    if (Number.isNaN(value)) return "NaN";
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => a < b ? -1 : 1)) : value;
  });
}
