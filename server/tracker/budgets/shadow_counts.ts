/** Counts the calls that rules in observation would have refused. */
import { BUDGET_PERIODS } from "../../../shared/budgets/names.ts";
import { METER_NAMES } from "../../../shared/meters.ts";
import { formatUsd } from "../../../shared/money/money.ts";
import type { StatusBody } from "../../../shared/quota.ts";
import { scopeOf } from "../../core/budgets/budget_use.ts";
import { entryOf, type PartBudget, type Scope } from "../../core/budgets/rules.ts";
import type { ShadowRules } from "../../core/budgets/rules_in_force.ts";
import { exceeds, isFull, type Limits } from "../../core/limits.ts";
import { instant } from "../../core/meter.ts";
import { limitsOfNames } from "../../core/workspace_limits.ts";
import type { ModelNames, Readings, Snapshot } from "../../live/live_store.ts";
import type { FullBudget } from "./budget_gate.ts";

type ShadowBody = NonNullable<StatusBody["shadow"]>;

/** The counts of one workspace, since its rules were set or the service started. */
export class ShadowCounts {
  readonly rules: ShadowRules;
  readonly #since_ms: number;
  /** By rule. */
  readonly #refusals = new Map<string, number>();

  constructor(rules: ShadowRules, since_ms: number) {
    this.rules = rules;
    this.#since_ms = since_ms;
  }

  /** Counts the budgets without room for a call. */
  addBudgets(full: readonly FullBudget[]): void {
    for (const { scope, name, period } of full) this.#add(scope, this.#entryOf(scope, name), BUDGET_PERIODS[period]);
  }

  /** Counts the limits without room for a call that reserves so many tokens. */
  addLimits({ workspace, models }: Snapshot, { model, answered }: ModelNames, tokens: number): void {
    const { limits } = this.rules;
    this.#addFull("workspace", null, limits.limits, workspace, tokens);
    for (const name of limitsOfNames(limits.models, model, answered)) {
      const readings = models.find((each) => each.model === name)?.readings;
      if (readings) this.#addFull("model", name, limits.models.get(name)!, readings, tokens);
    }
  }

  /** All rules with their counts. */
  body(): ShadowBody {
    const { limits, budgets } = this.rules;
    return [
      ...this.#limitsBody("workspace", null, limits.limits),
      ...[...limits.models].flatMap(([name, limits]) => this.#limitsBody("model", name, limits)),
      ...(budgets.workspace ? this.#budgetBody("workspace", null, budgets.workspace) : []),
      ...[...budgets.models].flatMap(([name, budget]) => this.#budgetBody("model", name, budget)),
      ...[...budgets.apps].flatMap(([name, budget]) => this.#budgetBody("app", name, budget)),
      ...[...budgets.runs].flatMap(([name, budget]) => this.#budgetBody("run", name, budget)),
    ];
  }

  #addFull(scope: Scope, name: string | null, limits: Limits, readings: Readings, tokens: number): void {
    for (const meter of METER_NAMES) {
      const reading = readings[meter];
      if (!reading) continue;
      const taken = reading.used + reading.reserved;
      const full = meter.startsWith("requests") ? isFull(limits[meter], taken) : exceeds(limits[meter], taken, tokens);
      if (full) this.#add(scope, name, meter);
    }
  }

  #add(scope: Scope, name: string | null, rule: string): void {
    const key = keyOf(scope, name, rule);
    this.#refusals.set(key, (this.#refusals.get(key) ?? 0) + 1);
  }

  /** The entry of the file: one budget stands for each app, or run, that is not named. */
  #entryOf(scope: Scope, name: string | null): string | null {
    if (name === null || (scope !== "app" && scope !== "run")) return name;
    const { apps, runs } = this.rules.budgets;
    return entryOf(scope === "app" ? apps : runs, name);
  }

  #limitsBody(scope: Scope, name: string | null, limits: Limits): ShadowBody {
    return METER_NAMES.flatMap((meter) => {
      const limit = limits[meter];
      return limit === null ? [] : [this.#body(scope, name, meter, meter, String(limit))];
    });
  }

  #budgetBody(scope: Scope, name: string | null, { amounts }: PartBudget): ShadowBody {
    return amounts.flatMap((amount, period) => {
      const rule = BUDGET_PERIODS[period];
      return amount === null ? [] : [this.#body(scope, name, rule, `budget_${rule}`, formatUsd(amount))];
    });
  }

  #body(scope: Scope, name: string | null, key: string, rule: ShadowBody[number]["rule"], limit: string) {
    const would_refuse = this.#refusals.get(keyOf(scope, name, key)) ?? 0;
    return { ...scopeOf({ scope, name }), rule, limit, would_refuse, since: instant(this.#since_ms) };
  }
}

function keyOf(scope: Scope, name: string | null, rule: string): string {
  return `${scope} ${rule} ${name ?? ""}`;
}
