/** One limit of one pool: what the provider said last, and how much of what it saw was not ours. */
import { instant } from "../../core/meter.ts";
import { type Observation, remainingAt } from "../../core/verdict_provider.ts";
import type { ReportedLimit } from "../../attempts/answer/rate_limit_headers.ts";
import type { ProviderLimit } from "../../../shared/quota.ts";
import { OwnUse } from "./own_use.ts";

/** How long an observation is believed that names no reset, as Azure's do: its limits are a minute's. */
const BELIEVED_MS = 60_000;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A bucket that would take longer than this to fill from empty is a day's. */
const LONGEST_MINUTE_MS = 10 * MINUTE_MS;

/** Shares of the limit: a gap from the first on is somebody else's use; once it is said, it is said down to the second. */
export interface Noise {
  enter: number;
  leave: number;
}

/** When the attempt was sent whose response told, and when the response's head came. */
export interface Moment {
  sent_at_ms: number;
  at_ms: number;
}

/** Observations of one limit, newest first to be believed. */
export class ProviderLimitMemory {
  readonly #noise: Noise;
  #seen: Observation | null = null;
  #names_reset = false;
  #own: OwnUse | null = null;
  #span_ms = MINUTE_MS;
  #observations = 0;
  #elsewhere = 0;

  constructor(noise: Noise) {
    this.#noise = noise;
  }

  get seen(): Observation | null {
    return this.#seen;
  }

  /** Takes what a response said. One that was under way when another had answered may lower what is left, never raise it. */
  observe(told: ReportedLimit, { sent_at_ms, at_ms }: Moment): void {
    const remaining = Math.min(told.remaining, told.limit);
    const seen = this.#seen;
    const concurrent = seen !== null && sent_at_ms < seen.observed_at_ms;
    if (concurrent && remaining >= remainingAt(seen, at_ms)) return;
    const resets_at_ms = at_ms + (told.reset_ms ?? BELIEVED_MS);
    this.#seen = { limit: told.limit, remaining, observed_at_ms: at_ms, resets_at_ms };
    this.#names_reset = told.reset_ms !== null;
    this.#compare(told.limit - remaining, told.reset_ms ?? BELIEVED_MS, at_ms);
  }

  /** We sent, or (negative) did not send after all. Nothing is compared before the provider has spoken once. */
  use(amount: number, at_ms: number): void {
    this.#own?.add(amount, at_ms);
  }

  /** What others used and has not refilled; `null` before two observations, and where the provider names no reset. */
  elsewhere(now_ms: number): number | null {
    const seen = this.#seen;
    if (!seen || this.#observations < 2 || !this.#names_reset) return null;
    if (now_ms >= seen.resets_at_ms) return 0;
    return Math.max(
      0,
      Math.round(this.#elsewhere - Math.max(0, now_ms - seen.observed_at_ms) * seen.limit / this.#span_ms),
    );
  }

  wire(now_ms: number): ProviderLimit | null {
    const seen = this.#seen;
    if (!seen) return null;
    const resets_at = this.#names_reset ? instant(seen.resets_at_ms) : null;
    return { limit: seen.limit, remaining: remainingAt(seen, now_ms), resets_at };
  }

  #compare(used: number, reset_ms: number, at_ms: number): void {
    const { limit } = this.#seen!;
    if (used > 0 && reset_ms > 0) this.#span_ms = reset_ms * limit / used > LONGEST_MINUTE_MS ? DAY_MS : MINUTE_MS;
    const rate = limit / this.#span_ms;
    this.#observations++;
    if (!this.#own) {
      // What was used before we looked may have been ours: before a restart, say.
      this.#own = new OwnUse(used, at_ms, rate);
      return;
    }
    this.#own.drains(rate, at_ms);
    const gap = used - this.#own.level(at_ms);
    const said = this.#elsewhere > 0 ? this.#noise.leave : this.#noise.enter;
    this.#elsewhere = gap >= Math.max(1, said * limit) ? gap : 0;
  }
}
