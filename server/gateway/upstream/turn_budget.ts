/**
 * Limits the time that received bytes may take in one turn of the event loop. The runtime reads a busy socket up to a hundred
 * times before it looks at timers and at other sockets.
 */

/** Milliseconds in one turn. */
const MAX_MS = 5;

/** Reads with fewer bytes take too little time to be measured. */
export const MEASURED_BYTES = 8 << 10;

/** Shared by all sockets. Those that have used up a turn go on one after the other, one in each of the next turns. */
export class TurnBudget {
  readonly #now: () => number;
  readonly #later: (run: () => void) => void;
  readonly #waiting: (() => void)[] = [];
  #spent_ms = 0;
  #isScheduled = false;

  /**
   * @param now milliseconds of a monotonic clock.
   * @param later calls a function in a later turn of the event loop.
   */
  constructor(now: () => number = () => performance.now(), later: (run: () => void) => void = setImmediate) {
    this.#now = now;
    this.#later = later;
  }

  /**
   * Runs a step that handles received bytes.
   *
   * @returns whether no more should be handled in this turn; {@link wait} tells when to go on.
   */
  run(step: () => void): boolean {
    const began = this.#now();
    try {
      step();
    } finally {
      this.#spent_ms += this.#now() - began;
      this.#schedule();
    }
    return this.#spent_ms >= MAX_MS;
  }

  /** Calls `next` in a later turn. */
  wait(next: () => void): void {
    this.#waiting.push(next);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#later(() => this.#nextTurn());
  }

  #nextTurn(): void {
    this.#isScheduled = false;
    this.#spent_ms = 0;
    const next = this.#waiting.shift();
    if (this.#waiting.length > 0) this.#schedule();
    next?.();
  }
}

export const turnBudget = new TurnBudget();
