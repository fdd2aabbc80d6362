/** The system's clock. */
import type { Clock } from "../core/clock.ts";

/** A `setTimeout` of more than 2³¹ − 1 ms fires immediately. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A timer that fires so late was held up: the event loop was blocked, or the machine was suspended. */
const LATE_MS = 250;

/** Such a timer waits once more, so that the event loop first reads what has arrived meanwhile. */
const GRACE_MS = 100;

/** The runtime's timers; tests replace them. */
type Timers = Pick<typeof globalThis, "setTimeout" | "clearTimeout" | "setInterval" | "clearInterval">;

/**
 * Wall time that never runs backward. After the wall clock was set back, time goes on at the pace of the monotonic clock, so
 * no window opens twice. A jump ahead, by a suspend or a correction, is followed.
 */
export function systemClock(
  wall = Date.now,
  monotonic = () => performance.now(),
  timers: Timers = globalThis,
): Clock {
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
    ...patientTimers(monotonic, timers),
  };
}

/**
 * A late timer lets the events that have arrived before it go first. Otherwise, after the event loop was blocked, answers
 * that wait to be read would be taken for missing ones.
 */
function patientTimers(monotonic: () => number, timers: Timers): Pick<Clock, "every" | "after"> {
  return {
    every(ms, fn) {
      let due = monotonic() + ms;
      let grace: ReturnType<typeof setTimeout> | undefined;
      const timer = timers.setInterval(() => {
        const late_ms = monotonic() - due;
        due += late_ms + ms;
        timers.clearTimeout(grace);
        if (late_ms < LATE_MS) fn();
        else grace = timers.setTimeout(fn, GRACE_MS);
      }, ms);
      return () => {
        timers.clearInterval(timer);
        timers.clearTimeout(grace);
      };
    },
    after(ms, fn) {
      const delay_ms = Math.min(ms, MAX_TIMER_MS);
      const due = monotonic() + delay_ms;
      let timer = timers.setTimeout(() => {
        if (monotonic() - due < LATE_MS) fn();
        else timer = timers.setTimeout(fn, GRACE_MS);
      }, delay_ms);
      return () => timers.clearTimeout(timer);
    },
  };
}
