/** Limits and budgets while they are edited. */
import { AMOUNT_PATTERN, BUDGET_PERIODS } from "../../../shared/budgets/names.ts";
import type { LimitsReport, OwnLimits } from "../../../shared/limits.ts";
import { METER_NAMES, type MeterName } from "../../../shared/meters.ts";

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

/** The rules of a scope, as they are edited. */
export function rulesOf(own: OwnLimits, scope: Scope): ScopeRules {
  if (scope.part === null) return own;
  const parts: Record<string, ScopeRules> = own[scope.part] ?? {};
  return Object.hasOwn(parts, scope.name) ? parts[scope.name] : {};
}

/** Changes some rules of a scope; `undefined` inherits one. Everything else stays. */
export function withRules(own: OwnLimits, scope: Scope, change: ScopeRules): OwnLimits {
  const rules = without({ ...rulesOf(own, scope), ...change });
  return scope.part === null
    ? rules as OwnLimits
    : { ...own, [scope.part]: { ...own[scope.part], [scope.name]: rules } };
}

/** Sets the budget of one period. */
export function withBudget(
  own: OwnLimits,
  scope: Scope,
  period: BudgetPeriod,
  amount: string | null | undefined,
): OwnLimits {
  const budgets = without({ ...rulesOf(own, scope).budgets, [period]: amount });
  return withRules(own, scope, { budgets: Object.keys(budgets).length === 0 ? undefined : budgets });
}

/** Adds a part without rules, or removes one with its rules (`present` false). */
export function withPart(own: OwnLimits, part: Part, name: string, present: boolean): OwnLimits {
  const { [name]: of = {}, ...others } = (own[part] ?? {}) as Record<string, ScopeRules>;
  return { ...own, [part]: present ? { ...others, [name]: of } : others };
}

/** Every scope with rules of its own, the workspace first. */
export function scopesOf(own: OwnLimits): Scope[] {
  const parts = PARTS.flatMap((part) => Object.keys(own[part] ?? {}).map((name) => ({ part, name })));
  return [{ part: null }, ...parts];
}

type Fault = "limit" | "budget";

/** What the service would refuse; `null` if nothing. */
export function faultOf(own: OwnLimits): Fault | null {
  const rules = scopesOf(own).map((scope) => rulesOf(own, scope));
  if (!rules.every((four) => METER_NAMES.every((name) => isLimit(four[name])))) return "limit";
  return rules.every(({ budgets = {} }) => BUDGET_PERIODS.every((period) => isAmount(budgets[period])))
    ? null
    : "budget";
}

/** Whether a value is a limit, none, or inherited. */
export function isLimit(limit: number | null | undefined): boolean {
  return limit === undefined || limit === null || (Number.isInteger(limit) && limit >= 1 && limit <= 999_999_999_999);
}

/** Whether a value is an amount of a budget, none, or inherited. */
export function isAmount(amount: string | null | undefined): boolean {
  return amount === undefined || amount === null || AMOUNT_PATTERN.test(amount);
}

/**
 * Reads a typed number. Spaces, commas and points between groups of three digits are left out.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readLimit } from "./draft.ts";
 *
 * assert.equal(readLimit("150,000"), 150_000);
 * assert.equal(readLimit("1.5"), NaN);
 * ```
 */
export function readLimit(text: string): number {
  const plain = text.trim();
  if (/^\d+$/.test(plain)) return Number(plain);
  return /^\d{1,3}([ ,.'\u00a0\u202f]\d{3})+$/.test(plain) ? Number(plain.replace(/\D/g, "")) : NaN;
}

/**
 * Reads a typed amount of dollars. A comma or a point before one, two or more than three last digits is the decimal point;
 * before exactly three it could also divide thousands, so such a text is no amount.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isAmount, readAmount } from "./draft.ts";
 *
 * assert.equal(readAmount("$1,250.50"), "1250.50");
 * assert.equal(readAmount("0,05"), "0.05");
 * assert(!isAmount(readAmount("1,250")));
 * ```
 */
export function readAmount(text: string): string {
  const plain = text.replace(/^[\s$]+|\s+$/g, "").replaceAll(/[ '\u00a0\u202f]/g, "");
  const [, whole = "", , decimals] = /^(\d+|\d{1,3}(?:([,.])\d{3})*?)(?:[,.](\d{1,2}|\d{4,9}))?$/.exec(plain) ?? [];
  if (whole === "") return plain === "" ? "" : "?";
  const digits = whole.replaceAll(/\D/g, "");
  return decimals === undefined ? /^\d+$/.test(whole) ? digits : "?" : `${digits}.${decimals}`;
}

/** The budgets in force of a scope, by period: what holds where nothing is set. */
export function budgetsInForce({ budgets = [] }: LimitsReport, scope: Scope): Partial<Record<BudgetPeriod, string>> {
  const kind = scope.part === null ? "workspace" : scope.part.slice(0, -1);
  const name = scope.part === null ? undefined : scope.name;
  const own = budgets.filter((budget) => budget.scope === kind && budget.name === name);
  return Object.fromEntries(own.map(({ period, limit_usd }) => [period, limit_usd]));
}

function without<T extends object>(of: T): T {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as T;
}
