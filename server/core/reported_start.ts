/** When an attempt was sent that another process reports: its clock tells how long ago, ours tells what time it is. */

/** Longer than a program waits for a service to come back: an age above it is a clock that was set. */
const LONGEST_AGE_MS = 7 * 24 * 3_600_000;

/** What a report says of its times, by the clock of the program that sent it. */
interface ReportedTimes {
  started_at_ms: number;
  /** When the report itself was sent; null where the program does not say, and is then believed as far as `now_ms`. */
  sent_at_ms: number | null;
  latency_ms: number;
}

/**
 * The start by our own clock, in epoch milliseconds and never after `now_ms`. Only the span between the program's two
 * instants is used, so that however wrong its clock is, it cannot move an attempt into another minute or day.
 *
 * @example Reported twenty seconds after it was sent, by a clock that is five minutes slow:
 * ```ts
 * import assert from "node:assert/strict";
 * import { reportedStart } from "./reported_start.ts";
 *
 * const now = Date.UTC(2026, 10, 21, 10), slow = now - 300_000;
 * const started = reportedStart({ started_at_ms: slow - 20_000, sent_at_ms: slow, latency_ms: 900 }, now);
 * assert.equal(started, now - 20_000);
 * ```
 */
export function reportedStart({ started_at_ms, sent_at_ms, latency_ms }: ReportedTimes, now_ms: number): number {
  if (sent_at_ms === null) return Math.min(started_at_ms, now_ms);
  const age = sent_at_ms - started_at_ms;
  // It took as long as it took, so it is no younger; and where the clock was set in between, that is all that is known.
  return now_ms - Math.min(age > LONGEST_AGE_MS ? latency_ms : Math.max(age, latency_ms), LONGEST_AGE_MS);
}
