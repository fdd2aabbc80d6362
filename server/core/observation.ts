/** The provider's last report for one limit, and the remaining amount at any later time. */

/**
 * One limit as it was last reported. Between the two instants the remaining amount grows evenly, because the provider's
 * token buckets refill continuously.
 */
export interface Observation {
  limit: number;
  /** At most `limit`. */
  remaining: number;
  observed_at_ms: number;
  /** When the bucket is full again if nothing more is sent. The observation carries no information after it. */
  resets_at_ms: number;
}

/** The last reported limits of one pool. */
export interface ObservedPool {
  pool: string;
  requests: Observation | null;
  tokens: Observation | null;
  /** Another credential still has something left in this pool. */
  has_others?: true;
}

/**
 * The remaining amount at an instant, rounded down to whole units.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { remainingAt } from "./observation.ts";
 *
 * const observation = { limit: 500, remaining: 0, observed_at_ms: 0, resets_at_ms: 60_000 };
 * assert.equal(remainingAt(observation, 0), 0);
 * assert.equal(remainingAt(observation, 30_000), 250);
 * assert.equal(remainingAt(observation, 60_000), 500);
 * ```
 */
export function remainingAt({ limit, remaining, observed_at_ms, resets_at_ms }: Observation, now_ms: number): number {
  if (now_ms >= resets_at_ms) return limit;
  // Instants before the observation occur after the clock was set back.
  if (now_ms <= observed_at_ms) return remaining;
  const share = (now_ms - observed_at_ms) / (resets_at_ms - observed_at_ms);
  return Math.floor(remaining + (limit - remaining) * share);
}

/** The first instant at which at least `amount` remains, in epoch milliseconds. */
export function refilledAt({ limit, remaining, observed_at_ms, resets_at_ms }: Observation, amount: number): number {
  if (amount >= limit) return resets_at_ms;
  const share = (amount - remaining) / (limit - remaining);
  return Math.ceil(observed_at_ms + (resets_at_ms - observed_at_ms) * share);
}
