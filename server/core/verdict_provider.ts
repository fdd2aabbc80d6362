/** What the provider's own counts say of a status: how much is left of each pool now, and when there is more. */
import { fullCount } from "../../shared/format.ts";
import { instant } from "./meter.ts";
import type { Verdict } from "./verdict.ts";

/** One limit as it was last told. Between the two instants it fills up evenly: the provider's buckets never stop filling. */
export interface Observation {
  limit: number;
  /** At most `limit`. */
  remaining: number;
  observed_at_ms: number;
  /** When it is full again, if nothing more is sent. From then on the observation says nothing. */
  resets_at_ms: number;
}

/** One pool's limits as they were last told. */
export interface ObservedPool {
  pool: string;
  requests: Observation | null;
  tokens: Observation | null;
}

/** A pool that is close to its limit or at it. */
export interface Tight {
  /** Share of the limit that is used, in percent. */
  percentage: number;
  verdict: Verdict;
}

/** Shorter than this a full pool would have opened before anyone saw it. */
const SHORTEST_SHUT_MS = 1000;

/**
 * What is left of an observation, whole units.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { remainingAt } from "./verdict_provider.ts";
 *
 * const observation = { limit: 500, remaining: 0, observed_at_ms: 0, resets_at_ms: 60_000 };
 * assert.equal(remainingAt(observation, 0), 0);
 * assert.equal(remainingAt(observation, 30_000), 250);
 * assert.equal(remainingAt(observation, 60_000), 500);
 * ```
 */
export function remainingAt({ limit, remaining, observed_at_ms, resets_at_ms }: Observation, now_ms: number): number {
  if (now_ms >= resets_at_ms) return limit;
  // Also where it is full again at once, and a clock that was set back asks for the time before.
  if (now_ms <= observed_at_ms) return remaining;
  const share = (now_ms - observed_at_ms) / (resets_at_ms - observed_at_ms);
  return Math.floor(remaining + (limit - remaining) * share);
}

/** The first pool with nothing left. */
export function shutAtProvider(pools: readonly ObservedPool[], now_ms: number): Tight | null {
  for (const { pool, ...limits } of pools) {
    for (const unit of UNITS) {
      const seen = limits[unit];
      if (!seen || seen.remaining > 0) continue;
      const until_ms = Math.min(seen.resets_at_ms, Math.max(filledTo(seen, 1), seen.observed_at_ms + SHORTEST_SHUT_MS));
      if (now_ms < until_ms) return { percentage: 100, verdict: told("rate_limited", pool, unit, seen, 0, until_ms) };
    }
  }
  return null;
}

/** The pool with the smallest share left, where that is small enough to warn. */
export function closeAtProvider(pools: readonly ObservedPool[], ratio: number, now_ms: number): Tight | null {
  let tightest: Tight | null = null;
  for (const { pool, ...limits } of pools) {
    for (const unit of UNITS) {
      const seen = limits[unit];
      if (!seen || now_ms >= seen.resets_at_ms) continue;
      const left = remainingAt(seen, now_ms);
      // Rounded: a tenth of 500 is 49.99999999999999 otherwise.
      const enough = Math.floor(Math.round(seen.limit * (1 - ratio) * 1e6) / 1e6) + 1;
      const percentage = (seen.limit - left) * 100 / seen.limit;
      if (left >= enough || percentage <= (tightest?.percentage ?? -1)) continue;
      tightest = { percentage, verdict: told("warning", pool, unit, seen, left, filledTo(seen, enough)) };
    }
  }
  return tightest;
}

const UNITS = ["requests", "tokens"] as const;

/** When at least `amount` is left. */
function filledTo({ limit, remaining, observed_at_ms, resets_at_ms }: Observation, amount: number): number {
  if (amount >= limit) return resets_at_ms;
  const share = (amount - remaining) / (limit - remaining);
  return Math.ceil(observed_at_ms + (resets_at_ms - observed_at_ms) * share);
}

function told(
  status: Verdict["status"],
  pool: string,
  unit: (typeof UNITS)[number],
  { limit }: Observation,
  left: number,
  until_ms: number,
): Verdict {
  const message = `OpenAI reports ${fullCount(left)} of ${fullCount(limit)} ${unit} left for ${pool}`;
  return {
    status,
    cause: { code: `provider_${unit}`, message, source: "reported", until: instant(until_ms), fix: "wait" },
  };
}
