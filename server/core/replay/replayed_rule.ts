/** One limit or budget in a replay: the calls without room in it, and the largest use of its window. */
import { BUDGET_CAUSES } from "../../../shared/budgets/names.ts";
import type { PreviewedRule } from "../../../shared/budgets/limits_preview.ts";
import type { MeterName } from "../../../shared/meters.ts";
import { formatUsd, type UsdNanos, ZERO_USD } from "../../../shared/money/money.ts";
import { hasRoom, type Scope } from "../budgets/rules.ts";
import { exceeds, isFull } from "../limits.ts";
import { instant } from "../meter.ts";
import type { AttemptUse } from "./attempt_use.ts";
import { type CountWindow, DayWindow, MinuteWindow, type Moment, SpendWindow } from "./windows.ts";

/** Which rule it is. */
export interface RuleName {
  readonly scope: Scope;
  /** The entry of the limits file; `null` for the workspace itself. */
  readonly name: string | null;
  readonly mode: PreviewedRule["mode"];
}

/** A rule, with two sums of its window: of all attempts, and of those that no rule refused. */
export abstract class ReplayedRule {
  readonly mode: RuleName["mode"];
  /** Calls without room in it. */
  refused_calls = 0;
  protected highest_at_ms: number | null = null;
  readonly #name: RuleName;

  constructor(name: RuleName) {
    this.#name = name;
    this.mode = name.mode;
  }

  /** Whether it has no room for an attempt; `name` is the app, model or run whose attempt it is. */
  abstract isFull(use: AttemptUse, at: Moment, name: string | null): boolean;
  /** Counts an attempt. `passes`: no rule refused it. `isReplayed`: it is one of the attempts in question, not an earlier one. */
  abstract take(use: AttemptUse, at: Moment, name: string | null, passes: boolean, isReplayed: boolean): void;
  /** The first instant of the window that contains a moment. Epoch milliseconds. */
  abstract startOf(at: Moment): number;
  /** The rule on the wire. */
  abstract body(): PreviewedRule;

  protected bodyOf(own: Pick<PreviewedRule, "rule" | "limit" | "highest">): PreviewedRule {
    const { scope, name, mode } = this.#name;
    return {
      scope,
      ...(name === null ? {} : { name }),
      rule: own.rule,
      mode,
      limit: own.limit,
      refused_calls: this.refused_calls,
      highest: own.highest,
      highest_at: this.highest_at_ms === null ? null : instant(this.highest_at_ms),
    };
  }
}

/** A limit of requests or tokens. */
export class ReplayedLimit extends ReplayedRule {
  readonly #meter: MeterName;
  readonly #limit: number;
  readonly #ofRequests: boolean;
  readonly #all: CountWindow;
  readonly #passed: CountWindow;
  #highest = 0;

  constructor(name: RuleName, meter: MeterName, limit: number) {
    super(name);
    this.#meter = meter;
    this.#limit = limit;
    this.#ofRequests = meter.startsWith("requests");
    const window = () => meter.endsWith("_minute") ? new MinuteWindow() : new DayWindow();
    [this.#all, this.#passed] = [window(), window()];
  }

  isFull(use: AttemptUse, at: Moment): boolean {
    const used = this.#passed.sum(at);
    return this.#ofRequests ? isFull(this.#limit, used) : exceeds(this.#limit, used, use.tokens);
  }

  take(use: AttemptUse, at: Moment, _name: string | null, passes: boolean, isReplayed: boolean): void {
    const count = this.#ofRequests ? Number(use.takes_request) : use.tokens;
    this.#all.add(at, count);
    if (passes) this.#passed.add(at, count);
    const used = isReplayed ? this.#all.sum(at) : 0;
    if (used <= this.#highest) return;
    this.#highest = used;
    this.highest_at_ms = use.started_at_ms;
  }

  startOf(at: Moment): number {
    return this.#all.startOf(at);
  }

  body(): PreviewedRule {
    return this.bodyOf({ rule: this.#meter, limit: this.#limit, highest: bounded(this.#highest) });
  }
}

/** A budget of a calendar period. */
export class ReplayedBudget extends ReplayedRule {
  readonly #period: number;
  readonly #limit: UsdNanos;
  readonly #all: SpendWindow;
  readonly #passed: SpendWindow;
  #highest = ZERO_USD;

  /** @param period index in `BUDGET_PERIODS`. */
  constructor(name: RuleName, period: number, limit: UsdNanos) {
    super(name);
    this.#period = period;
    this.#limit = limit;
    [this.#all, this.#passed] = [new SpendWindow(period), new SpendWindow(period)];
  }

  isFull({ spent }: AttemptUse, at: Moment, name: string | null): boolean {
    return !hasRoom(this.#limit, this.#passed.sum(at, name), spent);
  }

  take(
    { spent, started_at_ms }: AttemptUse,
    at: Moment,
    name: string | null,
    passes: boolean,
    isReplayed: boolean,
  ): void {
    this.#all.add(at, name, spent);
    if (passes) this.#passed.add(at, name, spent);
    const used = isReplayed ? this.#all.sum(at, name) : ZERO_USD;
    if (used <= this.#highest) return;
    this.#highest = used;
    this.highest_at_ms = started_at_ms;
  }

  startOf(at: Moment): number {
    return this.#all.startOf(at);
  }

  body(): PreviewedRule {
    const [limit, highest] = [formatUsd(this.#limit), formatUsd(this.#highest)];
    return this.bodyOf({ rule: BUDGET_CAUSES[this.#period], limit, highest });
  }
}

/** A count that fits on the wire, whatever absurd reports add up to. */
function bounded(count: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, count);
}
