/** Limits and the counters that stand against them: of a workspace, or of one model in it. */
import type { CalendarDay } from "../../core/calendar_day.ts";
import type { Limits } from "../../core/limits.ts";
import { meter } from "../../core/meter.ts";
import type { WorkspaceCounters } from "../../live/memory/workspace_counters.ts";
import type { MeterName } from "../../../shared/meters.ts";
import type { Meter, Stats } from "../../../shared/quota.ts";

/** One set of limits and what is used of it. */
export class Gauge {
  readonly counters: WorkspaceCounters;
  /** Changed while running; what is counted stays. */
  limits: Limits;
  readonly #dayOf: (now_ms: number) => CalendarDay;

  constructor(counters: WorkspaceCounters, limits: Limits, dayOf: (now_ms: number) => CalendarDay) {
    this.counters = counters;
    this.limits = limits;
    this.#dayOf = dayOf;
  }

  /** All four meters; `null` where there is no such limit. */
  stats(now_ms: number): Stats {
    return {
      requests_per_minute: this.#minute(now_ms, "requests", this.limits.requests_per_minute),
      requests_per_day: this.#day(now_ms, "requests", this.limits.requests_per_day),
      tokens_per_minute: this.#minute(now_ms, "tokens", this.limits.tokens_per_minute),
      tokens_per_day: this.#day(now_ms, "tokens", this.limits.tokens_per_day),
    };
  }

  /** When there is room for one request and `tokens` under a limit that is full now, in epoch milliseconds. */
  opensAt(name: MeterName, tokens: number, now_ms: number): number {
    if (name.endsWith("_day")) return this.#dayOf(now_ms).end_ms;
    const limit = this.limits[name] ?? Infinity;
    // Where tokens are left but fewer than this attempt wants, wait for as many as it wants.
    return name === "tokens_per_minute"
      ? this.counters.minuteFallsTo(now_ms, "tokens", Math.max(0, limit - tokens))
      : this.counters.minuteFallsTo(now_ms, "requests", limit - 1);
  }

  /** The smaller of its token limits. */
  get mostTokens(): number {
    return Math.min(this.limits.tokens_per_minute ?? Infinity, this.limits.tokens_per_day ?? Infinity);
  }

  /** Whether anything is limited. */
  get limited(): boolean {
    return Object.values(this.limits).some((limit) => limit !== null);
  }

  #minute(now_ms: number, kind: "requests" | "tokens", limit: number | null): Meter | null {
    if (limit === null) return null;
    const counts = this.counters.minute(now_ms);
    return meter({
      used: counts[kind],
      reserved: counts[`held_${kind}`],
      limit,
      window: "rolling_60s",
      resets_at_ms: this.counters.minuteFallsTo(now_ms, kind, 0),
      // Looked for only where it is looked at: it is a walk along the ring.
      available_at_ms: counts[kind] + counts[`held_${kind}`] < limit
        ? now_ms
        : this.counters.minuteFallsTo(now_ms, kind, Math.max(0, limit - 1)),
    });
  }

  #day(now_ms: number, kind: "requests" | "tokens", limit: number | null): Meter | null {
    if (limit === null) return null;
    const counts = this.counters.day(now_ms);
    const { end_ms } = this.#dayOf(now_ms);
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
