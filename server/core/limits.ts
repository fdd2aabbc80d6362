/** What a workspace may use. */
import { METER_NAMES, type MeterName } from "../../shared/meters.ts";

/** The most per window; `null` where there is no such limit. */
export type Limits = Readonly<Record<MeterName, number | null>>;

/** Whether there is no room for one more request. */
export function shut(limit: number | null, used: number): boolean {
  return limit !== null && used + 1 > limit;
}

/** Whether there is no room for so many tokens; where none are used, any number has room, or it could never run. */
export function over(limit: number | null, used: number, tokens: number): boolean {
  return limit !== null && used > 0 && used + tokens > limit;
}

/** The four limits as a part of a file sets them. */
export type SomeLimits = { [name in MeterName]?: number | null };

/**
 * Limits of which some are set anew; the others stay.
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
export function withLimits(
  limits: Limits,
  set: SomeLimits | undefined,
): Limits {
  const result: Record<MeterName, number | null> = { ...limits };
  for (const name of METER_NAMES) {
    const limit = set?.[name];
    if (limit !== undefined) result[name] = limit;
  }
  return result;
}
