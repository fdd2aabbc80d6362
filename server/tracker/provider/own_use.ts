/** Our own use as the provider must see it: a level that our calls raise and that drains as its buckets refill. */
export class OwnUse {
  #level: number;
  #at_ms: number;
  /** Units a millisecond. */
  #rate: number;

  /** @param level what is used at `at_ms`, whoever used it: from here on we count along. */
  constructor(level: number, at_ms: number, rate: number) {
    this.#level = level;
    this.#at_ms = at_ms;
    this.#rate = rate;
  }

  /** Adds what was sent at `at_ms`, or takes it back where negative; of what was long ago, what has not drained. */
  add(amount: number, at_ms: number): void {
    const drained = Math.max(0, this.#at_ms - at_ms) * this.#rate;
    const left = Math.sign(amount) * Math.max(0, Math.abs(amount) - drained);
    this.#level = Math.max(0, this.level(at_ms) + left);
    this.#at_ms = Math.max(this.#at_ms, at_ms);
  }

  /** The level at an instant; of one that is past, what is known now. */
  level(at_ms: number): number {
    return Math.max(0, this.#level - Math.max(0, at_ms - this.#at_ms) * this.#rate);
  }

  /** The provider refills at another pace from now on. */
  drains(rate: number, at_ms: number): void {
    this.#level = this.level(at_ms);
    this.#at_ms = Math.max(this.#at_ms, at_ms);
    this.#rate = rate;
  }
}
