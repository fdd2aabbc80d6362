/** How long a timer waits for its turn beyond its time: what others who want the main loop wait as well. */
export class LoopWatch {
  /** As short as a timer can be: it fires with up to a millisecond's grain, at rest as well. */
  static readonly PERIOD_MS = 1;
  /** Milliseconds after its time, a firing each. */
  readonly late_ms: number[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#arm();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Each is armed by the one before: an interval would catch up after a stall, and so hide it. */
  #arm(): void {
    const due = performance.now() + LoopWatch.PERIOD_MS;
    this.#timer = setTimeout(() => {
      this.late_ms.push(Math.max(0, performance.now() - due));
      this.#arm();
    }, LoopWatch.PERIOD_MS);
  }
}
