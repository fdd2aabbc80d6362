/** The money of one workspace: what its calls hold and have cost, its budgets, and the rules that are only observed. */
import type { StatusBody } from "../../../shared/quota.ts";
import { formatUsd, type UsdNanos, ZERO_USD } from "../../../shared/money/money.ts";
import type { AttemptPlan } from "../../attempts/recorder.ts";
import { budgetBody, type BudgetUse } from "../../core/budgets/budget_use.ts";
import type { Periods } from "../../core/budgets/periods.ts";
import { NO_BUDGETS } from "../../core/budgets/rules.ts";
import type { RulesInForce } from "../../core/budgets/rules_in_force.ts";
import { limitsOfNames } from "../../core/workspace_limits.ts";
import type { PricingSource } from "../../core/pricing.ts";
import type { AttemptRow, SpendCorrection, SpendCount } from "../../ledger/ledger.ts";
import { requestedModel } from "../../ledger/rollup.ts";
import { BudgetGate, type FullBudget } from "./budget_gate.ts";
import { CostMemory } from "./cost_memory.ts";
import { expectedCost } from "./expected_cost.ts";
import { ShadowCounts } from "./shadow_counts.ts";
import type { SpendHold, WorkspaceSpend } from "./workspace_spend.ts";

/** What all workspaces share. */
export interface MoneyRules {
  /** Without it costs are unknown. */
  pricing?: PricingSource;
  periodsOf: (now_ms: number) => Periods;
  /** Whether the counters have what was spent before the start. */
  spendKnown: boolean;
}

/** A call that is about to be sent. */
interface SpendingCall {
  plan: AttemptPlan;
  /** The model that is expected to answer. */
  answered: string | null;
  /** Output tokens that the model's recent answers suggest. */
  expected_output: number;
  now_ms: number;
  /** Whether a hard budget refuses. */
  enforce: boolean;
}

/** One workspace's budgets. */
export class WorkspaceBudgets {
  readonly #shared: MoneyRules;
  readonly #gate = new BudgetGate();
  readonly #costs = new CostMemory();
  #rules: RulesInForce;
  /** `null` where no rule is observed. */
  shadow: ShadowCounts | null = null;

  constructor(shared: MoneyRules, rules: RulesInForce, now_ms: number) {
    this.#shared = shared;
    this.#rules = rules;
    this.use(rules, now_ms);
  }

  /** Takes the rules in force. Spend and holds stay; counts of observed rules stay where those are the same. */
  use(rules: RulesInForce, now_ms: number): void {
    this.#rules = rules;
    const { shadow } = rules;
    if (!shadow) this.shadow = null;
    else if (textOf(shadow) !== textOf(this.shadow?.rules)) this.shadow = new ShadowCounts(shadow, now_ms);
  }

  /** Holds the money of a call, or refuses because a hard budget has no room. Nothing is held where no budget applies. */
  reserve({ plan, answered, expected_output, now_ms: at_ms, enforce }: SpendingCall): SpendHold | FullBudget {
    const { pricing, periodsOf } = this.#shared;
    const { budgets: rules, shadow } = this.#rules;
    const names = { app: plan.app, run: plan.run ?? null, model: plan.model, answered };
    if (rules === NO_BUDGETS && (shadow?.budgets ?? NO_BUDGETS) === NO_BUDGETS) {
      return this.#gate.spend.hold(rules, names, ZERO_USD, ZERO_USD);
    }
    const basis = { pricing: pricing?.value, rules, names, costs: this.#costs, expected_output, at_ms };
    const cost = expectedCost(plan, basis);
    const periods = periodsOf(at_ms);
    if (shadow) this.shadow!.addBudgets(this.#gate.allFull(shadow.budgets, names, cost.amount, periods));
    return this.#gate.reserve(rules, names, cost, periods, enforce);
  }

  /** Ends a hold. */
  release(hold: SpendHold): void {
    this.#gate.spend.release(hold);
  }

  /** Counts the cost of a call in the periods in which it began. A cost that is not known counts as what was held. */
  count(row: AttemptRow, now_ms: number): void {
    const { app, run = null, model: answered, cost_usd_nanos: cost = null, charged_usd_nanos, started_at_ms } = row;
    const names = { app, run, model: requestedModel(row), answered };
    const spent = cost ?? charged_usd_nanos ?? ZERO_USD;
    const unpriced = cost === null ? 1 : 0;
    this.#gate.spend.add(this.#rules.budgets, names, this.#shared.periodsOf(now_ms), started_at_ms, spent, unpriced);
    if (cost !== null) this.#costs.learn(names.model, row.endpoint, cost);
  }

  /** Adds what the ledger has of a day that begins at `at_ms`. */
  restore({ app, run, requested_model, model, spent, unpriced }: SpendCount, at_ms: number, periods: Periods): void {
    const names = { app, run, model: requested_model, answered: model };
    this.#gate.spend.add(this.#rules.budgets, names, periods, at_ms, spent, unpriced);
  }

  /** Adds what a corrected cost differs by. */
  correct(correction: SpendCorrection, periods: Periods): void {
    const { app, run, requested_model: model, model: answered, started_at_ms, difference, unpriced } = correction;
    const names = { app, run, model, answered };
    this.#gate.spend.correct(this.#rules.budgets, names, periods, started_at_ms, difference, unpriced);
  }

  /** All budgets in force with their use. */
  uses(now_ms: number): BudgetUse[] {
    return this.#gate.uses(this.#rules.budgets, this.#shared.periodsOf(now_ms));
  }

  /**
   * The uses that matter for the next call, which may be cheaper than the last refused one.
   *
   * @param names of its model; the budgets of other models are left out.
   */
  outlook(now_ms: number, [model = null, answered = null]: readonly (string | null)[]): BudgetUse[] {
    const covering = limitsOfNames(this.#rules.budgets.models, model, answered);
    const uses = this.uses(now_ms).filter(({ scope, name }) => scope !== "model" || covering.includes(name!));
    return uses.map((use) => ({ ...use, refused: ZERO_USD }));
  }

  /** Whether any budget is in force. */
  get hasAny(): boolean {
    return this.#rules.budgets !== NO_BUDGETS;
  }

  /** Whether a budget in force has been spent from. */
  isSpent(now_ms: number): boolean {
    return this.hasAny && this.#gate.spend.own.hasAny(this.#shared.periodsOf(now_ms));
  }

  /** Whether calls hold money, also those for which a live store elsewhere has not answered yet. */
  get isHeld(): boolean {
    return this.#gate.spend.own.in_flight > 0;
  }

  /** The counters, to keep them while the workspace is not in memory. */
  get spend(): WorkspaceSpend {
    return this.#gate.spend;
  }

  /** Its parts of the status body. */
  body(uses: readonly BudgetUse[], now_ms: number): Pick<StatusBody, "budgets" | "spend" | "shadow"> {
    const periods = this.#shared.periodsOf(now_ms);
    const { own } = this.#gate.spend;
    return {
      ...(uses.length > 0 ? { budgets: uses.map(budgetBody) } : {}),
      ...(this.#shared.spendKnown
        ? { spend: { day_usd: formatUsd(own.spent(0, periods)), unpriced_calls: own.unpriced(0, periods) } }
        : {}),
      ...(this.shadow ? { shadow: this.shadow.body() } : {}),
    };
  }
}

/** For a comparison. Maps and amounts have no JSON. */
function textOf(rules: unknown): string {
  return JSON.stringify(rules, (_key, value) => {
    if (value instanceof Map) return [...value];
    return typeof value === "bigint" ? `${value}` : value;
  }) ?? "";
}

/** What a call of unknown cost is charged. */
export function chargeOf(row: AttemptRow, hold: SpendHold | null | undefined): UsdNanos | null {
  const { cost_usd_nanos = null } = row;
  return cost_usd_nanos === null && hold && hold.amount > 0n ? hold.amount : null;
}
