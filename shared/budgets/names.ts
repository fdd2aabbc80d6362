/** The names of budgets' periods and scopes. No schema library here: the service loads this file at its start. */

/** Calendar periods in the service's zone. A week begins on Monday. */
export const BUDGET_PERIODS = ["day", "week", "month"] as const;

/** The causes of a status that are about a budget. */
export const BUDGET_CAUSES = ["budget_day", "budget_week", "budget_month"] as const;

/** Whose budget it is. `run`: the calls that name the same `X-Quota-Run`. */
export const BUDGET_SCOPES = ["workspace", "app", "model", "run"] as const;

/** A configured amount of dollars: above 0, below a billion, at most nine decimals. */
export const AMOUNT_PATTERN = /^(?!0(?:\.0+)?$)(?:0|[1-9]\d{0,8})(?:\.\d{1,9})?$/;

/** The pattern in words. */
export const AMOUNT_RULE = 'dollars above 0 as a decimal string with at most nine decimals, such as "20" or "0.05"';
