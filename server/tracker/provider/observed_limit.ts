/** One limit of one pool: the provider's last report, and how much of the reported use came from elsewhere. */
import type { ProviderLimit } from "../../../shared/quota.ts";
import type { ReportedLimit } from "../../attempts/limits/header_families.ts";
import { instant } from "../../core/meter.ts";
import { type Observation, remainingAt } from "../../core/observation.ts";
import { OwnUsage } from "./own_usage.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Assumed for a report without a reset, as Azure sends it: Azure's limits are per minute. */
const DEFAULT_RESET_MS = MINUTE_MS;

/** A bucket that needs longer than this to refill from empty belongs to a daily limit. */
const MAX_MINUTE_REFILL_MS = 10 * MINUTE_MS;

/**
 * Shares of the limit that a gap between both counts must reach to be reported as use from elsewhere. Two thresholds, so
 * that a gap near one of them does not switch the report on and off.
 */
export interface NoiseThreshold {
  /** From this share on a gap is reported. */
  enter: number;
  /** Once reported, it is reported down to this share. */
  leave: number;
}

/** When an attempt was sent, and when the head of its response arrived. */
export interface Moment {
  sent_at_ms: number;
  at_ms: number;
}

/** The newest observation of one limit. */
export class ObservedLimit {
  readonly #noise: NoiseThreshold;
  #seen: Observation | null = null;
  #hasReset = false;
  #own: OwnUsage | null = null;
  #refill_ms = MINUTE_MS;
  #observations = 0;
  #elsewhere = 0;

  constructor(noise: NoiseThreshold) {
    this.#noise = noise;
  }

  get seen(): Observation | null {
    return this.#seen;
  }

  /**
   * Takes a report. Responses may arrive out of order: one whose request was sent before the last observation may lower the
   * remaining amount but not raise it.
   */
  observe(report: ReportedLimit, { sent_at_ms, at_ms }: Moment): void {
    const remaining = Math.min(report.remaining, report.limit);
    const seen = this.#seen;
    const concurrent = seen !== null && sent_at_ms < seen.observed_at_ms;
    if (concurrent && remaining >= remainingAt(seen, at_ms)) return;
    const reset_ms = report.reset_ms ?? DEFAULT_RESET_MS;
    this.#seen = { limit: report.limit, remaining, observed_at_ms: at_ms, resets_at_ms: at_ms + reset_ms };
    this.#hasReset = report.reset_ms !== null;
    this.#compare(report.limit - remaining, reset_ms, at_ms);
  }

  /** Adds our own use; a negative amount takes it back. Before the first report there is nothing to compare it with. */
  use(amount: number, at_ms: number, workspace_id: string): void {
    this.#own?.add(amount, at_ms, workspace_id);
  }

  /** The parts of our own use that are not refilled yet, by workspace. */
  parts(now_ms: number): Iterable<[workspace_id: string, amount: number]> {
    return this.#own?.parts(now_ms) ?? [];
  }

  /** Use by others that is not refilled yet; `null` before the second report, and where reports have no reset. */
  elsewhere(now_ms: number): number | null {
    const seen = this.#seen;
    if (!seen || this.#observations < 2 || !this.#hasReset) return null;
    if (now_ms >= seen.resets_at_ms) return 0;
    const refilled = Math.max(0, now_ms - seen.observed_at_ms) * seen.limit / this.#refill_ms;
    return Math.max(0, Math.round(this.#elsewhere - refilled));
  }

  /** The limit as clients see it; `null` before the first report. */
  wire(now_ms: number): ProviderLimit | null {
    const seen = this.#seen;
    if (!seen) return null;
    const resets_at = this.#hasReset ? instant(seen.resets_at_ms) : null;
    return { limit: seen.limit, remaining: remainingAt(seen, now_ms), resets_at };
  }

  #compare(used: number, reset_ms: number, at_ms: number): void {
    const { limit } = this.#seen!;
    if (used > 0 && reset_ms > 0) {
      this.#refill_ms = reset_ms * limit / used > MAX_MINUTE_REFILL_MS ? DAY_MS : MINUTE_MS;
    }
    const rate = limit / this.#refill_ms;
    this.#observations++;
    if (!this.#own) {
      // Use before the first report may be ours, from before a restart.
      this.#own = new OwnUsage(used, at_ms, rate);
      return;
    }
    this.#own.setRate(rate, at_ms);
    const gap = used - this.#own.level(at_ms);
    const threshold = this.#elsewhere > 0 ? this.#noise.leave : this.#noise.enter;
    this.#elsewhere = gap >= Math.max(1, threshold * limit) ? gap : 0;
  }
}
