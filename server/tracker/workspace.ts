/** All that the tracker knows of one workspace. */
import type { CalendarDay } from "../core/calendar_day.ts";
import type { Limits } from "../core/limits.ts";
import { instant, meter } from "../core/meter.ts";
import { type Verdict, verdict } from "../core/verdict.ts";
import type { WindowCounts, WorkspaceCounters } from "../live/workspace_counters.ts";
import type { Notice } from "../../shared/api.ts";
import type { AttemptPlan, Refusal } from "../openai/recorder.ts";
import { limitRefusal } from "./refusals.ts";
import type { Cause, Meter, MeterName, QuotaStatus, Stats, StatusBody } from "../../shared/quota.ts";
import { addTotals, noTotals, type Totals, wireTotals } from "./day_usage.ts";
import { Notices } from "./notices.ts";
import { ProviderMemory } from "./provider_memory.ts";

/** What is the same for every workspace. */
export interface WorkspaceRules {
  limits: Limits;
  warning_ratio: number;
  dayOf: (now_ms: number) => CalendarDay;
}

/** One workspace: its counters, its provider's word, and the status that follows from both. */
export class Workspace {
  readonly id: string;
  readonly counters: WorkspaceCounters;
  readonly provider = new ProviderMemory();
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

  constructor(id: string, counters: WorkspaceCounters, rules: WorkspaceRules) {
    this.id = id;
    this.counters = counters;
    this.#rules = rules;
  }

  /** Today's totals. */
  totals(now_ms: number): Totals {
    const { start_ms } = this.#rules.dayOf(now_ms);
    if (start_ms > this.#totalsDay) {
      this.#totalsDay = start_ms;
      this.#totals = noTotals();
    }
    return this.#totals;
  }

  /** Adds to the totals of the day that holds `at_ms`; another day's are the ledger's alone. */
  addTotals(added: Totals, at_ms: number, now_ms: number): void {
    const totals = this.totals(now_ms);
    if (at_ms >= this.#totalsDay) addTotals(totals, added);
  }

  /** The refusal for an attempt that a full meter stopped. */
  refuse(name: MeterName, plan: AttemptPlan, now_ms: number): Refusal {
    const full = this.stats(now_ms)[name]!;
    // Where tokens are left but fewer than this attempt wants, wait for as many as it wants.
    const room = name === "tokens_per_minute" ? Math.max(0, full.limit - plan.tokens) : full.limit - 1;
    const kind = name.startsWith("tokens") ? "tokens" : "requests";
    const opens_ms = name.endsWith("_day")
      ? this.#rules.dayOf(now_ms).end_ms
      : this.counters.minuteFallsTo(now_ms, kind, room);
    return limitRefusal(name, full, plan, opens_ms - now_ms);
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
    const found = this.#decide(now_ms, this.stats(now_ms), ledger_failing);
    this.#told = this.counters.minute(now_ms);
    this.#told_until_ms = found.cause?.until ? Date.parse(found.cause.until) : Infinity;
    return this.#notices.consider(this.id, found, now_ms);
  }

  /** Begins a new window for notices. */
  forgetNotices(): void {
    this.#notices.forget();
  }

  body(now_ms: number, ledger_failing: boolean): StatusBody {
    const stats = this.stats(now_ms);
    const found = this.#decide(now_ms, stats, ledger_failing);
    const cause: Cause | null = found.cause && { ...found.cause, since: instant(this.#since_ms) };
    return {
      workspace_id: this.id,
      status: found.status,
      seq: this.seq,
      server_time: instant(now_ms),
      cause,
      warning_ratio: this.#rules.warning_ratio,
      stats,
      provider: this.provider.pools(now_ms),
      usage: wireTotals(this.totals(now_ms), this.#rules.dayOf(now_ms).start_ms),
    };
  }

  stats(now_ms: number): Stats {
    return {
      requests_per_minute: this.#minuteMeter(now_ms, "requests", this.#rules.limits.requests_per_minute),
      requests_per_day: this.#dayMeter(now_ms, "requests", this.#rules.limits.requests_per_day),
      tokens_per_minute: this.#minuteMeter(now_ms, "tokens", this.#rules.limits.tokens_per_minute),
      tokens_per_day: this.#dayMeter(now_ms, "tokens", this.#rules.limits.tokens_per_day),
    };
  }

  #decide(now_ms: number, stats: Stats, ledger_failing: boolean): Verdict {
    const found = verdict({
      now_ms,
      stats,
      pools: this.provider.observed(now_ms),
      latch: this.provider.latch(now_ms),
      ledger_failing,
      warning_ratio: this.#rules.warning_ratio,
    });
    const code = found.cause?.code ?? null;
    if (found.status !== this.#status || code !== this.#cause) {
      this.#status = found.status;
      this.#cause = code;
      this.#since_ms = now_ms;
    }
    return found;
  }

  #minuteMeter(now_ms: number, kind: "requests" | "tokens", limit: number | null): Meter | null {
    if (limit === null) return null;
    const counts = this.counters.minute(now_ms);
    return meter({
      used: counts[kind],
      reserved: counts[`held_${kind}`],
      limit,
      window: "rolling_60s",
      resets_at_ms: this.counters.minuteFallsTo(now_ms, kind, 0),
      available_at_ms: this.counters.minuteFallsTo(now_ms, kind, Math.max(0, limit - 1)),
    });
  }

  #dayMeter(now_ms: number, kind: "requests" | "tokens", limit: number | null): Meter | null {
    if (limit === null) return null;
    const counts = this.counters.day(now_ms);
    const { end_ms } = this.#rules.dayOf(now_ms);
    return meter({
      used: counts[kind],
      reserved: counts[`held_${kind}`],
      limit,
      window: "calendar_day",
      resets_at_ms: end_ms,
      available_at_ms: end_ms,
    });
  }
}
