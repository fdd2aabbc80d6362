/** The texts and bar lengths of a budget. */
import { percentText, usedPercent } from "../../format.ts";
import { listText, say, sayCount } from "../../words/say.ts";
import type { Text } from "../../words/texts.ts";
import { amountsOf, type Budget, budgetShare, countsOf, leftOf, withPart } from "./budgets.ts";
import type { MeterText } from "./describe_meter.ts";
import { moneyText } from "./money_text.ts";

/** `short` is the same in every language. */
const NAMES = {
  day: { short: "$/d", long: "Day budget" },
  week: { short: "$/wk", long: "Week budget" },
  month: { short: "$/mo", long: "Month budget" },
} as const satisfies Record<Budget["period"], { short: string; long: Text }>;

interface BudgetText extends MeterText {
  /** Calls whose cost is unknown, so that more was spent than is shown; empty without any. */
  unpriced: string;
}

/** @param warnAt used share from which the budget warns, 0 to 1. */
export function describeBudget(budget: Budget, warnAt: number): BudgetText {
  const { short } = NAMES[budget.period];
  const long = withPart(say(NAMES[budget.period].long), budget);
  const { spent, reserved, used, limit } = amountsOf(budget);
  const exact = budgetShare(budget);
  const share = usedPercent(exact, 100);
  const spentShare = shareOf(spent, limit);
  const counts = { used: moneyText(spent, "ceil", limit), limit: countsOf(budget).limit };
  const left = leftText(budget);
  const reservedText = reserved > 0n ? say("{count} reserved", { count: moneyText(reserved, "ceil", limit) }) : "";
  const { unpriced_calls } = budget;
  const unpriced = unpriced_calls > 0
    ? sayCount(
      unpriced_calls,
      "{count} call has no price: more was spent.",
      "{count} calls have no price: more was spent.",
    )
    : "";
  const said = say("{percent} percent: {used} of {limit} spent", { percent: share, ...counts });
  return {
    short,
    long,
    label: long,
    tone: used >= limit ? budget.mode === "hard" ? "critical" : "warning" : exact >= warnAt * 100 ? "warning" : "ok",
    used: spentShare,
    reserved: Math.min(shareOf(reserved, limit), 100 - spentShare),
    share,
    percent: percentText(share),
    count: say("{used} of {limit}", counts),
    left,
    reservedText,
    unpriced,
    spoken: listText([said, ...[reservedText, left, unpriced].filter(Boolean)]),
  };
}

function leftText(budget: Budget): string {
  const { used, limit } = amountsOf(budget);
  if (used > limit) return say("{count} over", { count: moneyText(used - limit, "ceil", limit) });
  return used < limit ? say("{count} left", { count: leftOf(budget) }) : say("none left");
}

/** In percent of the bar, with two decimals. */
function shareOf(part: bigint, limit: bigint): number {
  return limit > 0n ? Math.min(100, Number(part * 10_000n / limit) / 100) : 100;
}
