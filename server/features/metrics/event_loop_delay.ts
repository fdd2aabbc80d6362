/** How late timers fire: while one task holds the event loop, no call is answered. */
import type { Clock } from "../../core/clock.ts";
import { Histogram } from "./histogram.ts";

/** Ten timers a second cost no measurable time. A longer stall always delays at least one of them. */
const INTERVAL_MS = 100;

const BOUNDS_SECONDS = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** Measures all the time. `monitorEventLoopDelay` of `node:perf_hooks` exists in Deno 2.9, but measures no stall. */
export class EventLoopDelay {
  readonly histogram = new Histogram(BOUNDS_SECONDS);
  /** Ends the measurement. */
  readonly stop: () => void;

  /** @param now milliseconds of a monotonic clock. */
  constructor(clock: Clock, now: () => number = () => performance.now()) {
    let last = now();
    this.stop = clock.every(INTERVAL_MS, () => {
      const at = now();
      this.histogram.observe(Math.max(0, at - last - INTERVAL_MS) / 1000);
      last = at;
    });
  }
}
