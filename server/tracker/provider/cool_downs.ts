/** How long each pool is left alone after the provider's 429: as long as it asks, or a back-off where it does not say. */
import { dropOldest } from "../drop_oldest.ts";

/** Shorter ones would be over before anyone saw them: so long they are shown, not obeyed. */
const SHORTEST_SHOWN_MS = 1000;

/** Whatever a header asks for, calls are held back no longer than this at a stretch: then one may ask again. */
const LONGEST_OBEYED_MS = 5 * 60_000;

/** The first back-off; each further refusal doubles it. */
const FIRST_BACK_OFF_MS = 1000;
const LONGEST_BACK_OFF_MS = 60_000;

/** Pools kept: those that refused last. */
const MOST_POOLS = 20;

/** One pool's cool-down; instants in epoch milliseconds. */
export interface CoolDown {
  message: string;
  since_ms: number;
  /** Until when it is shown. */
  until_ms: number;
  /** Until when calls are held back. */
  obeyed_until_ms: number;
  /** Refusals in a row that named no wait. */
  strikes: number;
}

/** What one 429 said. */
export interface Asked {
  pool: string;
  message: string;
  /** `null` where it names none. */
  wait_ms: number | null;
  sent_at_ms: number;
  now_ms: number;
}

/** Cool-downs by pool. */
export class CoolDowns {
  readonly #byPool = new Map<string, CoolDown>();
  readonly #random: () => number;

  /** @param random from 0 to 1, for the back-off. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Begins a cool-down, or prolongs it: of two that overlap, the longer holds. */
  begin({ pool, message, wait_ms, sent_at_ms, now_ms }: Asked): void {
    const before = this.#byPool.get(pool);
    // A crowd that was under way together is refused together: that is one refusal.
    const again = !before || sent_at_ms >= before.obeyed_until_ms;
    if (wait_ms === null && !again) return;
    const strikes = wait_ms === null ? (before?.strikes ?? 0) + 1 : 0;
    const wait = wait_ms ?? this.#backOff(strikes);
    this.#byPool.delete(pool);
    this.#byPool.set(pool, {
      message,
      since_ms: now_ms,
      until_ms: Math.max(now_ms + Math.max(wait, SHORTEST_SHOWN_MS), before?.until_ms ?? 0),
      obeyed_until_ms: Math.max(now_ms + Math.min(wait, LONGEST_OBEYED_MS), before?.obeyed_until_ms ?? 0),
      strikes,
    });
    dropOldest(this.#byPool, MOST_POOLS);
  }

  /** The pool answers again: a call that was sent since its refusal has gone through. */
  end(pool: string, sent_at_ms: number): void {
    const held = this.#byPool.get(pool);
    if (held && sent_at_ms >= held.since_ms) this.#byPool.delete(pool);
  }

  /** The cool-down that holds a pool's calls back. */
  of(pool: string, now_ms: number): CoolDown | null {
    const held = this.#byPool.get(pool);
    return held && now_ms < held.obeyed_until_ms ? held : null;
  }

  /** The one to show: that which ends last, of all pools or of one. */
  longest(now_ms: number, only?: string): CoolDown | null {
    let longest: CoolDown | null = null;
    for (const [pool, each] of this.#byPool) {
      if (only !== undefined && pool !== only) continue;
      if (each.until_ms > Math.max(now_ms, longest?.until_ms ?? 0)) longest = each;
    }
    return longest;
  }

  clear(): void {
    this.#byPool.clear();
  }

  /** Half of it is chance, so that those who wait do not come back together. */
  #backOff(strikes: number): number {
    const whole = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.min(strikes - 1, 10));
    return whole * (0.5 + this.#random() / 2);
  }
}
