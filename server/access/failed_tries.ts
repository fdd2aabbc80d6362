/** Slows down guessing of keys and codes: counts failed tries by address and by the key's id. */

/** Tries without a wait, because people mistype; `QUOTA_FREE_TRIES` sets others. */
const FREE_TRIES = 5;

/** The longest wait. */
const MAX_WAIT_MS = 5 * 60_000;

/** After this long without a failed try, the count starts again. */
const FORGET_MS = 10 * 60_000;

/** Names that are remembered; beyond that, the oldest are dropped. */
const MAX_NAMES = 10_000;

interface Failures {
  count: number;
  last_ms: number;
}

/**
 * Counts failed tries. A valid key is never slowed down: otherwise a stranger could lock out its owner.
 */
export class FailedTries {
  /** Failed tries since the start. */
  total = 0;
  readonly #now: () => number;
  readonly #freeTries: number;
  /** Oldest failure first. */
  readonly #failures = new Map<string, Failures>();

  constructor(now: () => number, free_tries = FREE_TRIES) {
    this.#now = now;
    this.#freeTries = free_tries;
  }

  /** Milliseconds until the next try under these names is checked; 0 if it is checked now. */
  waitFor(...names: string[]): number {
    return Math.max(0, ...names.map((name) => this.#waitOf(name)));
  }

  /** Counts one failed try under each of its names. */
  note(...names: string[]): void {
    this.total++;
    for (const name of names) {
      const { count } = this.#known(name) ?? { count: 0 };
      this.#failures.delete(name);
      this.#failures.set(name, { count: count + 1, last_ms: this.#now() });
    }
    for (const name of this.#failures.keys()) {
      if (this.#failures.size <= MAX_NAMES) break;
      this.#failures.delete(name);
    }
  }

  #waitOf(name: string): number {
    const failures = this.#known(name);
    if (!failures || failures.count < this.#freeTries) return 0;
    const wait = Math.min(MAX_WAIT_MS, 1000 * 2 ** (failures.count - this.#freeTries));
    return Math.max(0, failures.last_ms + wait - this.#now());
  }

  #known(name: string): Failures | undefined {
    const failures = this.#failures.get(name);
    return failures && this.#now() - failures.last_ms < FORGET_MS ? failures : undefined;
  }
}
