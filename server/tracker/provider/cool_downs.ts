/** How long each pool is left alone after a 429: for as long as the provider asks, else for a growing back-off. */
import { dropOldest } from "../drop_oldest.ts";

/** A cool-down is shown for at least this long, so that people can see it. Calls are held back for its real length. */
const MIN_SHOWN_MS = 1000;

/** Calls are held back for at most this long, whatever the provider asks for. Then one call may ask again. */
const MAX_HELD_BACK_MS = 5 * 60_000;

/** The first back-off. Each further refusal doubles it. */
const FIRST_BACK_OFF_MS = 1000;
const MAX_BACK_OFF_MS = 60_000;

/** The pools that refused last are kept. */
const MAX_POOLS = 20;

/** The cool-down of one pool. All instants are epoch milliseconds. */
interface CoolDown {
  pool: string;
  message: string;
  since_ms: number;
  /** Until when it is shown. */
  until_ms: number;
  /** Until when calls are held back. */
  obeyed_until_ms: number;
  /** Consecutive refusals that named no wait. */
  strikes: number;
}

/** The content of one 429. */
export interface RateLimitAnswer {
  pool: string;
  message: string;
  /** `null` where it names no wait. */
  wait_ms: number | null;
  sent_at_ms: number;
  now_ms: number;
}

/** Cool-downs by pool. */
export class CoolDowns {
  readonly #byPool = new Map<string, CoolDown>();
  readonly #random: () => number;

  /** @param random gives 0 to 1, for the back-off. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Begins a cool-down or extends it. Of two that overlap, the longer one holds. Returns whether anything changed. */
  begin({ pool, message, wait_ms, sent_at_ms, now_ms }: RateLimitAnswer): boolean {
    const before = this.#byPool.get(pool);
    // Calls that were under way together are refused together: they count as one refusal.
    const again = !before || sent_at_ms >= before.obeyed_until_ms;
    if (wait_ms === null && !again) return false;
    const strikes = wait_ms === null ? (before?.strikes ?? 0) + 1 : 0;
    const wait = wait_ms ?? this.#backOff(strikes);
    this.#byPool.delete(pool);
    this.#byPool.set(pool, {
      pool,
      message,
      since_ms: now_ms,
      until_ms: Math.max(now_ms + Math.max(wait, MIN_SHOWN_MS), before?.until_ms ?? 0),
      obeyed_until_ms: Math.max(now_ms + Math.min(wait, MAX_HELD_BACK_MS), before?.obeyed_until_ms ?? 0),
      strikes,
    });
    dropOldest(this.#byPool, MAX_POOLS);
    return true;
  }

  /** Ends a pool's cool-down after a success, if that call was sent after the refusal. Returns whether it did. */
  end(pool: string, sent_at_ms: number): boolean {
    const coolDown = this.#byPool.get(pool);
    return coolDown !== undefined && sent_at_ms >= coolDown.since_ms && this.#byPool.delete(pool);
  }

  /** The cool-down that holds back a pool's calls at `now_ms`. */
  of(pool: string, now_ms: number): CoolDown | null {
    const coolDown = this.#byPool.get(pool);
    return coolDown && now_ms < coolDown.obeyed_until_ms ? coolDown : null;
  }

  /** The cool-down to show: of these pools' the one that ends last. */
  longest(now_ms: number, pools: { has(pool: string): boolean }): CoolDown | null {
    let longest: CoolDown | null = null;
    for (const [pool, each] of this.#byPool) {
      if (!pools.has(pool)) continue;
      if (each.until_ms > Math.max(now_ms, longest?.until_ms ?? 0)) longest = each;
    }
    return longest;
  }

  /** Half of it is random, so that callers do not come back all together. */
  #backOff(strikes: number): number {
    const whole = Math.min(MAX_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.min(strikes - 1, 10));
    return whole * (0.5 + this.#random() / 2);
  }
}
