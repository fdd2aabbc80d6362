/** The four limits of a workspace or model, and whether there is room in one of them. */
import { METER_NAMES, type MeterName } from "../../shared/meters.ts";

/** The limit of each window; `null` means unlimited. */
export type Limits = Readonly<Record<MeterName, number | null>>;

/**
 * Seconds that a count stays in the rolling minute. A count of second `s` leaves when second `s + 61` begins: late rather
 * than early, so that a burst across a clock minute cannot exceed what the provider counts.
 */
export const MINUTE_SPAN_S = 61;

/** What is left of each limit; `null` where there is none. */
export type Remaining = Limits;

/** Whether a limit has no room for one more request. */
export function isFull(limit: number | null, used: number): boolean {
  return limit !== null && used + 1 > limit;
}

/**
 * Whether so many tokens more would pass a limit. In an unused window any number fits: otherwise an input larger than the
 * whole limit could never be sent.
 */
export function exceeds(limit: number | null, used: number, tokens: number): boolean {
  return limit !== null && used > 0 && used + tokens > limit;
}

/** Limits of which some may be left out, as the limits file sets them. */
export type SomeLimits = { [name in MeterName]?: number | null };

/**
 * Limits with some of them replaced.
 *
 * @param set leaves out the limits that stay.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { withLimits } from "./limits.ts";
 *
 * const limits = { requests_per_minute: 500, requests_per_day: null, tokens_per_minute: null, tokens_per_day: null };
 * assert.equal(withLimits(limits, { requests_per_minute: 5 }).requests_per_minute, 5);
 * ```
 */
export function withLimits(limits: Limits, set: SomeLimits | undefined): Limits {
  const result: Record<MeterName, number | null> = { ...limits };
  for (const name of METER_NAMES) {
    const limit = set?.[name];
    if (limit !== undefined) result[name] = limit;
  }
  return result;
}
