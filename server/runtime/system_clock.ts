/** The system's clock. */
import type { Clock } from "../core/clock.ts";

/** A `setTimeout` of more than 2³¹ − 1 ms fires immediately. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Wall time that never runs backward. After the wall clock was set back, time goes on at the pace of the monotonic clock, so
 * no window opens twice. A jump ahead, by a suspend or a correction, is followed.
 */
export function systemClock(wall = Date.now, monotonic = () => performance.now()): Clock {
  let anchorWall = wall();
  let anchorMonotonic = monotonic();
  return {
    now() {
      const measured = wall();
      const expected = anchorWall + (monotonic() - anchorMonotonic);
      if (measured > expected) {
        anchorWall = measured;
        anchorMonotonic = monotonic();
        return measured;
      }
      return Math.floor(expected);
    },
    every(ms, fn) {
      const timer = setInterval(fn, ms);
      return () => clearInterval(timer);
    },
    after(ms, fn) {
      const timer = setTimeout(fn, Math.min(ms, MAX_TIMER_MS));
      return () => clearTimeout(timer);
    },
  };
}
