/** One budget with its use: as the wire shows it, and as people read it. */
import { BUDGET_PERIODS } from "../../../shared/budgets/names.ts";
import { formatUsd, percentageUsd, type UsdNanos } from "../../../shared/money/money.ts";
import type { StatusBody } from "../../../shared/quota.ts";
import { instant } from "../meter.ts";
import type { Scope } from "./rules.ts";
import { usdText } from "./usd_text.ts";

/** Which budget it is. */
export interface BudgetName {
  readonly scope: Scope;
  /** Of the app, model or run; `null` for the workspace. */
  readonly name: string | null;
  /** Index in `BUDGET_PERIODS`. */
  readonly period: number;
}

/** One budget with its use. */
export interface BudgetUse extends BudgetName {
  /** Whether it refuses; else it warns. */
  readonly hard: boolean;
  readonly limit: UsdNanos;
  readonly spent: UsdNanos;
  readonly reserved: UsdNanos;
  /** By how much calls in flight can pass what is reserved for them. */
  readonly overshoot: UsdNanos;
  /** Calls of which the cost is not known. */
  readonly unpriced: number;
  /** What the last call was to hold that did not fit into the part that is not spent; 0 after one that did. */
  readonly refused: UsdNanos;
  /** When the next period begins. Epoch milliseconds. */
  readonly opens_at_ms: number;
}

type BudgetBody = NonNullable<StatusBody["budgets"]>[number];

/** The budget on the wire. */
export function budgetBody(use: BudgetUse): BudgetBody {
  const { hard, limit, spent, reserved, overshoot, unpriced, opens_at_ms } = use;
  return {
    ...scopeOf(use),
    period: BUDGET_PERIODS[use.period],
    mode: hard ? "hard" : "soft",
    spent_usd: formatUsd(spent),
    reserved_usd: formatUsd(reserved),
    limit_usd: formatUsd(limit),
    percentage: percentageUsd(taken(use), limit),
    resets_at: instant(opens_at_ms),
    unpriced_calls: unpriced,
    ...(overshoot > 0n ? { overshoot_usd: formatUsd(overshoot) } : {}),
  };
}

/** Whose budget it is, on the wire. */
export function scopeOf({ scope, name }: Pick<BudgetName, "scope" | "name">) {
  return name === null ? { scope } : { scope, name };
}

/** Spent and reserved together. */
export function taken({ spent, reserved }: Pick<BudgetUse, "spent" | "reserved">): UsdNanos {
  return spent + reserved as UsdNanos;
}

/**
 * A budget's name in a sentence.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseUsd } from "../../../shared/money/money.ts";
 * import { budgetText } from "./budget_use.ts";
 *
 * const budget = { scope: "app", name: "bot", period: 1, limit: parseUsd("20")! } as const;
 * assert.equal(budgetText(budget), 'the $20.00 budget of app "bot" for this week');
 * ```
 */
export function budgetText({ scope, name, period, limit }: BudgetName & Pick<BudgetUse, "limit">): string {
  const whose = name === null ? "the workspace" : `${scope} "${name}"`;
  return `the ${usdText(limit)} budget of ${whose} for ${PERIOD_TEXT[period]}`;
}

const PERIOD_TEXT = ["today", "this week", "this month"];
