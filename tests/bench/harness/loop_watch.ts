/** Measures how late a timer fires: every other task waits for the event loop as long. */
export class LoopWatch {
  /** The shortest possible interval; timers have a resolution of a millisecond. */
  static readonly PERIOD_MS = 1;
  /** Milliseconds after the due time, one for each firing. */
  readonly late_ms: number[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#arm();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Each timer sets the next one: an interval would catch up after a stall and hide it. */
  #arm(): void {
    const due = performance.now() + LoopWatch.PERIOD_MS;
    this.#timer = setTimeout(() => {
      this.late_ms.push(Math.max(0, performance.now() - due));
      this.#arm();
    }, LoopWatch.PERIOD_MS);
  }
}
