/** The status that follows from the limits reported by the provider. */
import { fullCount } from "../../shared/format.ts";
import { instant } from "./meter.ts";
import { type Observation, type ObservedPool, refilledAt, remainingAt } from "./observation.ts";
import type { NearLimit, Verdict } from "./verdict_types.ts";

/** An empty pool is shown for at least this long: a shorter status would be gone before anyone sees it. */
const MIN_SHOWN_MS = 1000;

const UNITS = ["requests", "tokens"] as const;

/** The verdict for the first pool that has nothing left with any credential; `null` where each has some. */
export function fullAtProvider(pools: readonly ObservedPool[], now_ms: number): Verdict | null {
  for (const { pool, has_others, ...limits } of pools) {
    if (has_others) continue;
    for (const unit of UNITS) {
      const seen = limits[unit];
      if (!seen || seen.remaining > 0) continue;
      const until_ms = Math.min(seen.resets_at_ms, Math.max(refilledAt(seen, 1), seen.observed_at_ms + MIN_SHOWN_MS));
      if (now_ms < until_ms) return reported("rate_limited", pool, unit, seen, 0, until_ms);
    }
  }
  return null;
}

/** The limit with the smallest share left, where that share is small enough to warn. */
export function nearAtProvider(
  pools: readonly ObservedPool[],
  warning_ratio: number,
  now_ms: number,
): NearLimit | null {
  let nearest: NearLimit | null = null;
  for (const { pool, ...limits } of pools) {
    for (const unit of UNITS) {
      const seen = limits[unit];
      if (!seen || now_ms >= seen.resets_at_ms) continue;
      const left = remainingAt(seen, now_ms);
      const enough = fewestWithoutWarning(seen.limit, warning_ratio);
      const percentage = (seen.limit - left) * 100 / seen.limit;
      if (left >= enough || percentage <= (nearest?.percentage ?? -1)) continue;
      const verdict = reported("warning", pool, unit, seen, left, refilledAt(seen, enough));
      nearest = { percentage, verdict };
    }
  }
  return nearest;
}

/** Rounded before `floor`, because 500 × (1 − 0.9) is 49.99999999999999. */
function fewestWithoutWarning(limit: number, warning_ratio: number): number {
  return Math.floor(Math.round(limit * (1 - warning_ratio) * 1e6) / 1e6) + 1;
}

function reported(
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
    cause: { code: `provider_${unit}`, pool, message, source: "reported", until: instant(until_ms), fix: "wait" },
  };
}
