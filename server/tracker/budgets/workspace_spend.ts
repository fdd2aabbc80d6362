/** What a workspace has spent, in total and by app, model and run; and what its calls in flight hold of its budgets. */
import { addUsd, type UsdNanos, ZERO_USD } from "../../../shared/money/money.ts";
import type { Periods } from "../../core/budgets/periods.ts";
import type { BudgetRules, Scope, SpendNames } from "../../core/budgets/rules.ts";
import { limitsOfNames } from "../../core/workspace_limits.ts";
import { NamedCounters } from "./named_counters.ts";
import { type PackedSums, SpendCounter } from "./spend_counter.ts";

/**
 * Counters by name in one workspace. Beyond them, a name that was not used lately and has no budget of its own begins again
 * at zero.
 */
export const MAX_COUNTERS = { apps: 500, models: 200, runs: 2000 };

/** Between the two names of a model. */
const AND = "\n";

/** What an attempt in flight holds of budgets. */
export interface SpendHold {
  readonly amount: UsdNanos;
  /** By how much its cost can pass the amount. */
  readonly overshoot: UsdNanos;
  readonly counters: readonly SpendCounter[];
}

/** The sums of the counters that one budget covers. */
interface SpendSums {
  spent: UsdNanos;
  reserved: UsdNanos;
  overshoot: UsdNanos;
  unpriced: number;
}

/** The counters of one workspace as JSON. */
interface PackedSpend {
  starts_ms: readonly number[];
  own: PackedSums;
  apps: [string, PackedSums][];
  runs: [string, PackedSums][];
  models: [string, PackedSums][];
}

/** The counters of one workspace. They count whether or not there is a budget, so that a new budget knows what was spent. */
export class WorkspaceSpend {
  readonly own = new SpendCounter();
  readonly apps = new NamedCounters(MAX_COUNTERS.apps);
  readonly runs = new NamedCounters(MAX_COUNTERS.runs);
  /** By both names of the model. */
  readonly models = new NamedCounters(MAX_COUNTERS.models);
  readonly #just_own = [this.own];
  /** Those of the call before: most calls follow one with the same names, and need no search. */
  #last: { names: SpendNames; counters: readonly SpendCounter[]; version: number } | null = null;
  /** The counters of each model's budget, for one state of rules and counters. */
  readonly #covered = new Map<string, SpendCounter[]>();
  #covered_version = -1;
  #covered_rules: BudgetRules | null = null;

  /** Holds an amount in every counter of a call. */
  hold(rules: BudgetRules, names: SpendNames, amount: UsdNanos, overshoot: UsdNanos): SpendHold {
    const counters = this.#counters(rules, names);
    for (const counter of counters) counter.hold(amount, overshoot);
    return { amount, overshoot, counters };
  }

  /** Ends a hold. */
  release({ amount, overshoot, counters }: SpendHold): void {
    for (const counter of counters) counter.unhold(amount, overshoot);
  }

  /**
   * Adds the cost of a call that began at `at_ms`.
   *
   * @param unpriced calls in it of which the cost is not known.
   */
  add(rules: BudgetRules, names: SpendNames, periods: Periods, at_ms: number, cost: UsdNanos, unpriced: number): void {
    for (const counter of this.#counters(rules, names)) counter.add(periods, at_ms, cost, unpriced);
  }

  /** As {@link add}, with amounts that may be negative. */
  correct(...[rules, names, ...spent]: Parameters<WorkspaceSpend["add"]>): void {
    for (const counter of this.#counters(rules, names)) counter.correct(...spent);
  }

  /** What the current periods have, as a text; `null` when they have nothing. */
  pack(periods: Periods): string | null {
    const own = this.own.pack(periods);
    if (!own) return null;
    const [apps, runs, models] = [this.apps, this.runs, this.models].map((counters) => counters.pack(periods));
    return JSON.stringify({ starts_ms: periods.starts_ms, own, apps, runs, models } satisfies PackedSpend);
  }

  /** Takes over a packed text. Call it on new counters. */
  unpack(text: string): void {
    const { starts_ms, own, ...named }: PackedSpend = JSON.parse(text);
    this.own.unpack(starts_ms, own);
    this.apps.unpack(starts_ms, named.apps);
    this.runs.unpack(starts_ms, named.runs);
    this.models.unpack(starts_ms, named.models);
  }

  /** The sums of one period, of everything that a budget of this scope and name covers. */
  sums(rules: BudgetRules, scope: Scope, name: string | null, period: number, periods: Periods): SpendSums {
    const sums = { spent: ZERO_USD, reserved: ZERO_USD, overshoot: ZERO_USD, unpriced: 0 };
    for (const counter of this.#countersOf(rules, scope, name)) {
      sums.spent = addUsd(sums.spent, counter.spent(period, periods));
      sums.reserved = addUsd(sums.reserved, counter.reserved);
      sums.overshoot = addUsd(sums.overshoot, counter.overshoot);
      sums.unpriced += counter.unpriced(period, periods);
    }
    return sums;
  }

  #countersOf(rules: BudgetRules, scope: Scope, name: string | null): readonly SpendCounter[] {
    if (scope === "workspace" || name === null) return this.#just_own;
    if (scope === "model") return this.#coveredBy(rules, name);
    const counter = (scope === "app" ? this.apps : this.runs).get(name);
    return counter ? [counter] : [];
  }

  #coveredBy(rules: BudgetRules, limit: string): SpendCounter[] {
    if (this.#covered_rules !== rules || this.#covered_version !== this.models.version) {
      this.#covered.clear();
      [this.#covered_rules, this.#covered_version] = [rules, this.models.version];
    }
    const known = this.#covered.get(limit);
    if (known) return known;
    const counters: SpendCounter[] = [];
    for (const [pair, counter] of this.models.entries()) {
      if (limitsOfPair(rules, pair).includes(limit)) counters.push(counter);
    }
    this.#covered.set(limit, counters);
    return counters;
  }

  #counters(rules: BudgetRules, names: SpendNames): readonly SpendCounter[] {
    const last = this.#last;
    if (last && last.version === this.#version && isSame(last.names, names)) return last.counters;
    const counters = this.#find(rules, names);
    this.#last = { names, counters, version: this.#version };
    return counters;
  }

  /** Grows when a counter is made or dropped. */
  get #version(): number {
    return this.apps.version + this.runs.version + this.models.version;
  }

  #find(rules: BudgetRules, { app, run, model, answered }: SpendNames): SpendCounter[] {
    const counters = [this.own];
    if (app !== null) counters.push(this.apps.of(app, (name) => rules.apps.has(name)));
    if (run !== null) counters.push(this.runs.of(run, (name) => rules.runs.has(name)));
    const first = model ?? answered;
    if (first !== null) counters.push(this.#modelCounter(rules, first, answered));
    return counters;
  }

  #modelCounter(rules: BudgetRules, model: string, answered: string | null): SpendCounter {
    const pair = answered === null || answered === model ? model : `${model}${AND}${answered}`;
    return this.models.of(pair, (pair) => rules.models.size > 0 && limitsOfPair(rules, pair).length > 0);
  }
}

function isSame(a: SpendNames, b: SpendNames): boolean {
  return a.app === b.app && a.run === b.run && a.model === b.model && a.answered === b.answered;
}

function limitsOfPair(rules: BudgetRules, pair: string): string[] {
  const [model, answered = model] = pair.split(AND);
  return limitsOfNames(rules.models, model, answered);
}
