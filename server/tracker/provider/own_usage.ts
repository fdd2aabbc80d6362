/** Our own use of a limit as the provider should see it: a level that our calls raise and that the refill lowers. */
export class OwnUsage {
  #level: number;
  #at_ms: number;
  /** Units refilled per millisecond. */
  #rate: number;

  /** @param level the use reported at `at_ms`, whoever caused it. */
  constructor(level: number, at_ms: number, rate: number) {
    this.#level = level;
    this.#at_ms = at_ms;
    this.#rate = rate;
  }

  /** Adds use from `at_ms`; a negative amount takes it back. Of a past instant, only what is not refilled yet counts. */
  add(amount: number, at_ms: number): void {
    const refilled = Math.max(0, this.#at_ms - at_ms) * this.#rate;
    const left = Math.sign(amount) * Math.max(0, Math.abs(amount) - refilled);
    this.#level = Math.max(0, this.level(at_ms) + left);
    this.#at_ms = Math.max(this.#at_ms, at_ms);
  }

  /** The level at an instant; for an instant before the last change, the level after that change. */
  level(at_ms: number): number {
    return Math.max(0, this.#level - Math.max(0, at_ms - this.#at_ms) * this.#rate);
  }

  /** Sets the refill rate from `at_ms` on. */
  setRate(rate: number, at_ms: number): void {
    this.#level = this.level(at_ms);
    this.#at_ms = Math.max(this.#at_ms, at_ms);
    this.#rate = rate;
  }
}
