/** Budgets: how much money a workspace, or a part of it, may spend in a calendar period. */
import * as z from "zod/mini";
import { AMOUNT_PATTERN, BUDGET_CAUSES, BUDGET_PERIODS, BUDGET_SCOPES } from "./names.ts";
import { METER_NAMES } from "../meters.ts";
import { UsdText } from "../money/money_schema.ts";
import { Count, Instant } from "../usage.ts";

/** `soft` warns; `hard` refuses calls whose cost does not fit. */
const BudgetMode = z.enum(["soft", "hard"]);

/** Whose budget it is, and its name; the workspace itself needs none. */
const SCOPED = { scope: z.enum(BUDGET_SCOPES), name: z.optional(z.string()) };

/** The budget that a cause or a notice is about. */
export const BudgetScope = z.object(SCOPED);

/**
 * One budget in the status body. `percentage` counts spent plus reserved, to one decimal, rounded down. `spent_usd` is at
 * least what was spent while `unpriced_calls` is above 0: the cost of those calls is not known.
 */
export const Budget = z.object({
  ...SCOPED,
  period: z.enum(BUDGET_PERIODS),
  mode: BudgetMode,
  spent_usd: UsdText,
  /** Held for calls in flight. */
  reserved_usd: UsdText,
  /** With temporary raises. */
  limit_usd: UsdText,
  percentage: z.number().check(z.nonnegative()),
  /** When the next period begins. */
  resets_at: Instant,
  unpriced_calls: Count,
});

/** A budget in force, whatever is spent of it. */
export const BudgetInForce = z.object({
  ...SCOPED,
  period: z.enum(BUDGET_PERIODS),
  mode: BudgetMode,
  limit_usd: UsdText,
});

/** What the workspace spent today. */
export const Spend = z.object({ day_usd: UsdText, unpriced_calls: Count });

/** A rule that is observed: how many calls it would have refused since it was set, or since the service started. */
export const ShadowRule = z.object({
  ...SCOPED,
  rule: z.enum([...METER_NAMES, ...BUDGET_CAUSES]),
  /** A whole number, or dollars. */
  limit: z.string(),
  would_refuse: Count,
  since: Instant,
});

const Amount = z.optional(z.nullable(z.string().check(z.regex(AMOUNT_PATTERN))));

/** The budget of each period as it is configured: an amount, `null` for none, or left out to inherit. */
export const PERIODS = { day: Amount, week: Amount, month: Amount };

/** `budgets` and `budget_mode` of a workspace, an app, a run or a model. */
export const BUDGETED = {
  budgets: z.optional(z.strictObject(PERIODS)),
  /** Left out: that of the workspace, else `hard`. */
  budget_mode: z.optional(BudgetMode),
};

/** The budgets of a workspace or of a part of it, as they are configured. */
export const OwnBudgets = z.strictObject(BUDGETED);
