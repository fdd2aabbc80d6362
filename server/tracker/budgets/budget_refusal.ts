/** Why a budget refuses a call, in words: which budget, how much of it is taken, and when it opens. */
import type { AttemptPlan, Refusal } from "../../attempts/recorder.ts";
import { budgetText } from "../../core/budgets/budget_use.ts";
import { usdText } from "../../core/budgets/usd_text.ts";
import { instant } from "../../core/meter.ts";
import type { FullBudget } from "./budget_gate.ts";

/** The refusal for a budget without room. */
export function budgetRefusal(
  { workspace_id, model }: Pick<AttemptPlan, "workspace_id" | "model">,
  full: FullBudget,
  now_ms: number,
): Refusal {
  const { scope, spent, reserved, limit, amount, opens_at_ms } = full;
  const held = reserved > 0n ? `, ${usdText(reserved)} is reserved for calls in flight` : "";
  // Cheaper calls, or this one after those in flight, may still fit.
  const opens = spent < limit && spent + amount <= limit
    ? `It may have room when calls in flight have ended; a new period begins at ${instant(opens_at_ms)}.`
    : `A new period begins at ${instant(opens_at_ms)}.`;
  return {
    refused: "workspace_budget_exceeded",
    message: `Cannot reserve ${usdText(amount)} in workspace "${workspace_id}" from ${budgetText(full)}: ` +
      `${usdText(spent)} is spent${held}. Nothing was sent to OpenAI. ${opens} An admin can raise the budget.`,
    retry_after_ms: opens_at_ms - now_ms,
    ...(scope === "model" && model !== null ? { model } : {}),
  };
}
