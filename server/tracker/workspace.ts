/** All that the tracker knows of one workspace. */
import type { CalendarDay } from "../core/calendar_day.ts";
import { instant } from "../core/meter.ts";
import { type Situation, verdict } from "../core/verdict.ts";
import type { Verdict } from "../core/verdict_types.ts";
import type { WindowCounts, WorkspaceCounters } from "../live/memory/workspace_counters.ts";
import type { Notice } from "../../shared/api.ts";
import type { Cause, QuotaStatus, StatusBody } from "../../shared/quota.ts";
import { AnswerMemory } from "./gauges/answer_memory.ts";
import { addTotals, noTotals, type Totals, wireTotals } from "./gauges/day_usage.ts";
import { Gauge } from "./gauges/gauge.ts";
import type { WorkspaceLimits } from "../limits/limits_book.ts";
import { ModelDays } from "./gauges/model_days.ts";
import { ModelGauges } from "./gauges/model_gauges.ts";
import { Notices } from "./notices.ts";
import { ProviderState } from "./provider/provider_state.ts";
import { poolName } from "./provider/pool_name.ts";

/** What is the same for every workspace. */
export interface WorkspaceRules {
  limitsOf: (workspace_id: string) => WorkspaceLimits;
  /** Counters for one more workspace, or model of one. */
  newCounters: () => WorkspaceCounters;
  warning_ratio: number;
  dayOf: (now_ms: number) => CalendarDay;
}

/** One workspace: its counters, its provider's word, and the status that follows from both. */
export class Workspace {
  readonly id: string;
  /** Its own limits, over all models. */
  readonly gauge: Gauge;
  readonly models: ModelGauges;
  readonly modelDays = new ModelDays();
  readonly answers = new AnswerMemory();
  readonly provider = new ProviderState();
  /** Grows with each change; starts anew with the service. */
  seq = 0;
  readonly #rules: WorkspaceRules;
  readonly #notices = new Notices();
  #totals: Totals = noTotals();
  #totalsDay = 0;
  #status: QuotaStatus = "normal";
  #cause: string | null = null;
  #since_ms = 0;
  /** The minute as it was told last, and when the status told with it ends by itself. */
  #told: WindowCounts = { requests: 0, tokens: 0, held_requests: 0, held_tokens: 0 };
  #told_until_ms = Infinity;

  constructor(id: string, rules: WorkspaceRules) {
    this.id = id;
    this.#rules = rules;
    const { limits, models } = rules.limitsOf(id);
    this.gauge = new Gauge(rules.newCounters(), limits, rules.dayOf);
    this.models = new ModelGauges((limits) => new Gauge(rules.newCounters(), limits, rules.dayOf));
    this.models.replace(models);
  }

  get counters(): WorkspaceCounters {
    return this.gauge.counters;
  }

  /**
   * Takes the limits that are in force now; what is counted stays, also of a model that had none before.
   *
   * @returns the gauges that are new: they know the day, and nothing yet of the minute.
   */
  reloadLimits(now_ms: number): Gauge[] {
    const { limits, models } = this.#rules.limitsOf(this.id);
    this.gauge.limits = limits;
    const made = this.models.replace(models);
    this.totals(now_ms);
    this.countModelDays(made, now_ms);
    return made;
  }

  /** Adds to gauges what their models have counted today. */
  countModelDays(gauges: Iterable<Gauge>, now_ms: number): void {
    for (const gauge of gauges) {
      const { requests, tokens } = this.modelDays.since((model) => this.models.of(model) === gauge);
      gauge.counters.countDay(now_ms, requests, tokens);
    }
  }

  /** Today's totals. */
  totals(now_ms: number): Totals {
    const { start_ms } = this.#rules.dayOf(now_ms);
    if (start_ms > this.#totalsDay) {
      this.#totalsDay = start_ms;
      this.#totals = noTotals();
      this.modelDays.clear();
    }
    return this.#totals;
  }

  /** Adds to the totals of the day that holds `at_ms`; another day's are the ledger's alone. */
  addTotals(added: Totals, model: string | null, at_ms: number, now_ms: number): void {
    const totals = this.totals(now_ms);
    if (at_ms < this.#totalsDay) return;
    addTotals(totals, added);
    this.modelDays.add(model, added.attempts, added.total_tokens);
  }

  /** Whether time alone has changed what was told last. Asked of many each second, so it decides nothing anew. */
  hasAged(now_ms: number): boolean {
    if (now_ms >= this.#told_until_ms) return true;
    const minute = this.counters.minute(now_ms);
    return minute.requests !== this.#told.requests || minute.tokens !== this.#told.tokens ||
      minute.held_requests !== this.#told.held_requests;
  }

  /** Whether time can change nothing but the day. */
  isIdle(now_ms: number): boolean {
    const { requests, tokens } = this.counters.minute(now_ms);
    return requests === 0 && tokens === 0 && this.counters.inFlight === 0 && this.#status === "normal";
  }

  /** Decides the status that is told now; the notice when a person is to hear of a change. */
  evaluate(now_ms: number, ledger_failing: boolean): Notice | null {
    const found = this.#decide(this.#situation(now_ms, ledger_failing));
    this.#told = this.counters.minute(now_ms);
    this.#told_until_ms = found.cause?.until ? Date.parse(found.cause.until) : Infinity;
    return this.#notices.consider(this.id, found, now_ms);
  }

  /** Begins a new window for notices. */
  forgetNotices(): void {
    this.#notices.forget();
  }

  body(now_ms: number, ledger_failing: boolean): StatusBody {
    const situation = this.#situation(now_ms, ledger_failing);
    const { stats, models } = situation;
    const found = this.#decide(situation);
    const cause: Cause | null = found.cause && { ...found.cause, since: instant(this.#since_ms) };
    return {
      workspace_id: this.id,
      status: found.status,
      seq: this.seq,
      server_time: instant(now_ms),
      cause,
      warning_ratio: this.#rules.warning_ratio,
      stats,
      ...(models.length > 0 ? { models: [...models] } : {}),
      provider: this.provider.pools(now_ms),
      usage: wireTotals(this.totals(now_ms), this.#rules.dayOf(now_ms).start_ms),
    };
  }

  /**
   * What a call meets now.
   *
   * @param model of the call: what shuts or tightens other models alone is left out. Without one, of a call of any model
   * that has no full limit of its own.
   */
  outlook(now_ms: number, ledger_failing: boolean, model?: string): Verdict {
    const all = this.#situation(now_ms, ledger_failing);
    if (model === undefined) return verdict({ ...all, models: [] });
    const pool = poolName(model);
    return verdict({
      ...all,
      models: this.models.stats(now_ms, model),
      pools: all.pools.filter((each) => each.pool === pool),
      latch: this.provider.latch(now_ms, pool),
    });
  }

  #situation(now_ms: number, ledger_failing: boolean): Situation {
    return {
      now_ms,
      stats: this.gauge.stats(now_ms),
      models: this.models.stats(now_ms),
      pools: this.provider.observed(now_ms),
      latch: this.provider.latch(now_ms),
      ledger_failing,
      warning_ratio: this.#rules.warning_ratio,
    };
  }

  #decide(situation: Situation): Verdict {
    const found = verdict(situation);
    const { cause } = found;
    const told = cause && `${cause.code} ${cause.model ?? ""}`;
    if (found.status !== this.#status || told !== this.#cause) {
      this.#status = found.status;
      this.#cause = told;
      this.#since_ms = situation.now_ms;
    }
    return found;
  }
}
