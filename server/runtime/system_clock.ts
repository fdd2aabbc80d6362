/** The real clock. */
import type { Clock } from "../core/clock.ts";

/** A `setTimeout` beyond 2³¹ − 1 ms fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Wall time that never runs backward: when the wall clock is set back, time goes on at the monotonic clock's pace, so no
 * window reopens and nothing stands still; when it jumps ahead (a suspend, a correction), time follows.
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
      const timer = setTimeout(fn, Math.min(ms, LONGEST_TIMER_MS));
      return () => clearTimeout(timer);
    },
  };
}
