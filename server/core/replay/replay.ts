/** Replays attempts under rules that were not in force: which calls they would have refused. */
import type { PreviewedRules } from "../../../shared/budgets/limits_preview.ts";
import type { Periods } from "../budgets/periods.ts";
import type { SpendNames } from "../budgets/rules.ts";
import type { RulesInForce } from "../budgets/rules_in_force.ts";
import type { AttemptUse } from "./attempt_use.ts";
import { RecentEntries } from "../recent_entries.ts";
import type { ReplayedRule } from "./replayed_rule.ts";
import { type Covering, ruleSet } from "./rule_set.ts";
import type { Moment } from "./windows.ts";

/** Calls of several attempts that are remembered, at least: the newest. Retries follow within minutes. */
export const RECENT_CALLS = 10_000;

/** A call of several attempts that a rule had no room for. */
interface RefusedCall {
  /** Whether a rule refused it: its retries are refused with it. */
  isRefused: boolean;
  /** The rules that have counted it. */
  readonly by: Set<ReplayedRule>;
}

/**
 * One replay. Attempts are added in the order of their starts, each with all that it took in the end. An attempt that a rule
 * refuses takes nothing.
 */
export class Replay {
  readonly #periodsOf: (now_ms: number) => Periods;
  readonly #rules: ReturnType<typeof ruleSet>;
  readonly #covering = new WeakMap<SpendNames, readonly Covering[]>();
  readonly #calls = new RecentEntries<string, RefusedCall>(RECENT_CALLS);
  #refused_calls = 0;

  /** @param periodsOf in the service's zone. */
  constructor(rules: RulesInForce, periodsOf: (now_ms: number) => Periods) {
    this.#rules = ruleSet(rules);
    this.#periodsOf = periodsOf;
  }

  /** The first instant whose attempts count in the windows that contain another instant. Epoch milliseconds. */
  windowsFrom(at_ms: number): number {
    const at = this.#moment(at_ms);
    return Math.min(at_ms, ...this.#rules.rules.map((rule) => rule.startOf(at)));
  }

  /** Counts an attempt before those in question: nothing refuses it. */
  precede(use: AttemptUse): void {
    const at = this.#moment(use.started_at_ms);
    for (const [rule, name] of this.#coveringOf(use.names)) rule.take(use, at, name, true, false);
  }

  add(use: AttemptUse): void {
    const at = this.#moment(use.started_at_ms);
    const covering = this.#coveringOf(use.names);
    const passes = this.#passes(use, at, covering);
    for (const [rule, name] of covering) rule.take(use, at, name, passes, true);
  }

  /** The result. */
  body(): PreviewedRules {
    return { refused_calls: this.#refused_calls, rules: this.#rules.rules.map((rule) => rule.body()) };
  }

  #passes(use: AttemptUse, at: Moment, covering: readonly Covering[]): boolean {
    const { call, takes_request } = use;
    const known = call === null ? undefined : this.#calls.get(call);
    if (known?.isRefused) return false;
    const full = takes_request ? covering.filter(([rule, name]) => rule.isFull(use, at, name)) : [];
    if (full.length === 0) return true;
    const refused = known ?? { isRefused: false, by: new Set() };
    if (call !== null) this.#calls.set(call, refused);
    for (const [rule] of full) {
      if (!refused.by.has(rule)) rule.refused_calls++;
      refused.by.add(rule);
    }
    refused.isRefused = full.some(([{ mode }]) => mode === "hard");
    if (refused.isRefused) this.#refused_calls++;
    return !refused.isRefused;
  }

  #coveringOf(names: SpendNames): readonly Covering[] {
    const known = this.#covering.get(names);
    if (known) return known;
    const covering = this.#rules.covering(names);
    this.#covering.set(names, covering);
    return covering;
  }

  #moment(at_ms: number): Moment {
    return { second: Math.floor(at_ms / 1000), periods: this.#periodsOf(at_ms) };
  }
}
