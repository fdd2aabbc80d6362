/** The budgets of a status: names, shares and order. */
import type { Cause, StatusBody } from "../../quota.ts";
import { say } from "../../words/say.ts";
import type { Text } from "../../words/texts.ts";
import { moneyText, nanosOf } from "./money_text.ts";
import { shortName } from "./short_name.ts";

export type Budget = NonNullable<StatusBody["budgets"]>[number];

const PHRASES = {
  day: "the day's budget",
  week: "the week's budget",
  month: "the month's budget",
} as const satisfies Record<Budget["period"], Text>;

/** `the day's budget`, `the day's budget of scribe`. */
export function phraseOf(budget: Budget): string {
  return withPart(say(PHRASES[budget.period]), budget);
}

/** @param text the budget's name without the part that it is for. */
export function withPart(text: string, { scope, name }: Budget): string {
  return scope === "workspace" ? text : say("{budget} of {name}", { budget: text, name: shortName(name!) });
}

/** Spent and reserved, the limit, and both as text. */
export function amountsOf({ spent_usd, reserved_usd, limit_usd }: Budget) {
  const [spent, reserved, limit] = [spent_usd, reserved_usd, limit_usd].map(nanosOf);
  return { spent, reserved, limit, used: spent + reserved };
}

/** Used and reserved share in percent with one decimal: 0 only where nothing is used, 100 only where nothing is left. */
export function budgetShare(budget: Budget): number {
  const { used, limit } = amountsOf(budget);
  return used < limit ? Number((used * 999n + limit - 1n) / limit) / 10 : 100;
}

/** Whether a cause is about this budget. */
export function isCauseOf({ scope, name, period }: Budget, cause: Cause | null): boolean {
  return cause?.code === `budget_${period}` && cause.budget?.scope === scope && cause.budget.name === name;
}

/** The one that the status is about first, then the workspace's, then the others by tightness. */
export function orderedBudgets({ budgets = [], cause }: Pick<StatusBody, "budgets" | "cause">): Budget[] {
  const rank = (budget: Budget) =>
    isCauseOf(budget, cause) ? 3e9 : budget.scope === "workspace" ? 2e9 : budgetShare(budget);
  return [...budgets].sort((a, b) => rank(b) - rank(a));
}

/** `$12.41` of spent and reserved money, and `$20.00` of the limit. */
export function countsOf(budget: Budget): { used: string; limit: string } {
  const { used, limit } = amountsOf(budget);
  return { used: moneyText(used, "ceil", limit), limit: moneyText(limit, "ceil", limit) };
}

/** `$7.59`: neither spent nor reserved. */
export function leftOf(budget: Budget): string {
  const { used, limit } = amountsOf(budget);
  return moneyText(used < limit ? limit - used : 0n, "floor", limit);
}
