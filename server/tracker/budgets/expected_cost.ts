/** The money that is held for a call before its cost is known. */
import { type UsdNanos, ZERO_USD } from "../../../shared/money/money.ts";
import type { AttemptPlan } from "../../attempts/recorder.ts";
import { type BudgetRules, findCovering, type SpendNames } from "../../core/budgets/rules.ts";
import type { Pricing } from "../../core/pricing.ts";
import { CostMemory } from "./cost_memory.ts";
import type { SpendHold } from "./workspace_spend.ts";

/** The output tokens that no model of today passes. Stands for the maximum of a request that names none. */
const MAX_OUTPUT_TOKENS = 128_000;

/** A worst case of more than this share of a budget would lock most calls out: a learned estimate is held instead. */
const LOCKOUT_SHARE = 4n;

const NOTHING = { amount: ZERO_USD, overshoot: ZERO_USD };

/** What the expectation follows from, beside the plan. */
interface CostBasis {
  pricing: Pricing | undefined;
  rules: BudgetRules;
  names: SpendNames;
  costs: CostMemory;
  /** Output tokens that the model's recent answers suggest. */
  expected_output: number;
  at_ms: number;
}

/**
 * The amount to hold, and by how much the cost can pass it.
 *
 * A request that names its maximum of output tokens holds its worst case, and passes it by nothing. One that names none, or
 * whose worst case is more than a quarter of a hard budget, holds the cost of the answer that the model's recent answers
 * suggest. Where there is no worst case, as for images, it holds what the latest such calls have cost.
 */
export function expectedCost(plan: AttemptPlan, basis: CostBasis): Pick<SpendHold, "amount" | "overshoot"> {
  const { pricing, costs } = basis;
  if (!pricing) return NOTHING;
  const { output_cap = null } = plan;
  const worst = worstCase(plan, basis, output_cap ?? MAX_OUTPUT_TOKENS);
  if (worst === null) return { amount: costs.expected(plan.model, plan.endpoint), overshoot: ZERO_USD };
  if (output_cap !== null && !locksOut(worst, basis)) return { amount: worst, overshoot: ZERO_USD };
  const likely = worstCase(plan, basis, Math.min(basis.expected_output, output_cap ?? MAX_OUTPUT_TOKENS)) ?? worst;
  return { amount: likely, overshoot: worst - likely as UsdNanos };
}

function worstCase(plan: AttemptPlan, { pricing, names, at_ms }: CostBasis, output_cap: number): UsdNanos | null {
  const { workspace_id, endpoint, requested_tier: tier = null, input_tokens } = plan;
  const of = (model: string | null) =>
    pricing!.worstCase({ workspace_id, model, endpoint, tier, input_tokens, output_cap, at_ms });
  return of(names.model) ?? (names.answered === null || names.answered === names.model ? null : of(names.answered));
}

/** Whether a hard budget has no room for several calls of this worst case. */
function locksOut(worst: UsdNanos, { rules, names }: CostBasis): boolean {
  return findCovering(rules, names, (_scope, _name, { hard, amounts }) => {
    return hard && amounts.some((amount) => amount !== null && worst * LOCKOUT_SHARE > amount) ? true : null;
  }) ?? false;
}
