/** The start of an attempt that another process reports: its age by that process's clock, its instant by ours. */

/** No program keeps reports for longer than this, so a greater age means that its clock was set meanwhile. */
const MAX_AGE_MS = 7 * 24 * 3_600_000;

/** The times in a report, by the clock of the program that sent it. */
interface ReportedTimes {
  started_at_ms: number;
  /** When the report itself was sent. Without it, `started_at_ms` is used as it is, but not after our own clock. */
  sent_at_ms: number | null;
  latency_ms: number;
}

/**
 * The start by our own clock, in epoch milliseconds and never after `now_ms`. Only the difference between the program's two
 * instants is used, so a wrong clock cannot move an attempt into another minute or day.
 *
 * @example An attempt is reported twenty seconds after it was sent, by a clock that is five minutes slow:
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
  // An attempt is at least as old as its latency. If the clock was set meanwhile, the latency is all that is known.
  return now_ms - Math.min(age > MAX_AGE_MS ? latency_ms : Math.max(age, latency_ms), MAX_AGE_MS);
}
