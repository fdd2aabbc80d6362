/** From meters, the provider's word and the service's health to one status with its exact cause. */
import type { Cause, QuotaStatus, Stats } from "../../shared/quota.ts";
import { instant } from "./meter.ts";
import { closeByCount, type ModelStats, shutByCount, shutModel } from "./verdict_counted.ts";
import { closeAtProvider, type ObservedPool, shutAtProvider, type Tight } from "./verdict_provider.ts";

/** What the provider or the upstream said last that outlives the response which said it. */
export interface Latch {
  code: "provider_rate_limit" | "insufficient_quota" | "upstream_failing";
  message: string;
  /** Epoch milliseconds at which it ends by itself; `null` when only a success ends it. */
  until_ms: number | null;
}

/** All that a status is decided from. */
export interface Situation {
  now_ms: number;
  stats: Stats;
  /** Models with limits of their own. */
  models: readonly ModelStats[];
  pools: readonly ObservedPool[];
  latch: Latch | null;
  ledger_failing: boolean;
  warning_ratio: number;
}

/** A status and its cause, without since when: that is history's to say. */
export interface Verdict {
  status: QuotaStatus;
  cause: Omit<Cause, "since"> | null;
}

/**
 * The worst that holds. First what stops every call, most lasting first: no quota at the provider, the provider's cool-down,
 * a full day, a full minute, nothing left by the provider's own count, a failing ledger. Then a model's own limit that is
 * full, which stops its calls alone; a failing upstream; and whatever is close to its limit: of our count, the models' and
 * the provider's, the one with the least headroom.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { verdict } from "./verdict.ts";
 *
 * const stats = { requests_per_minute: null, requests_per_day: null, tokens_per_minute: null, tokens_per_day: null };
 * const calm = { now_ms: 0, stats, models: [], pools: [], latch: null, ledger_failing: false, warning_ratio: 0.9 };
 * assert.equal(verdict(calm).status, "normal");
 * ```
 */
export function verdict(situation: Situation): Verdict {
  return latched(situation, "insufficient_quota", "quota_exceeded") ??
    latched(situation, "provider_rate_limit", "rate_limited") ??
    shutByCount(situation.stats) ??
    shutAtProvider(situation.pools, situation.now_ms)?.verdict ??
    failingLedger(situation) ??
    shutModel(situation.models) ??
    latched(situation, "upstream_failing", "degraded") ??
    closest(situation)?.verdict ??
    { status: "normal", cause: null };
}

function latched({ latch, now_ms }: Situation, code: Latch["code"], status: QuotaStatus): Verdict | null {
  if (latch?.code !== code || (latch.until_ms !== null && latch.until_ms <= now_ms)) return null;
  const fix = code === "insufficient_quota" ? "billing" : code === "provider_rate_limit" ? "wait" : "upstream";
  const until = latch.until_ms === null ? null : instant(latch.until_ms);
  return { status, cause: { code, message: latch.message, source: "reported", until, fix } };
}

/** Of equals the first: the workspace's limit before a model's, ours before the provider's. */
function closest({ stats, models, pools, warning_ratio, now_ms }: Situation): Tight | null {
  const found = [
    closeByCount(stats, warning_ratio, null),
    ...models.map(({ model, stats }) => closeByCount(stats, warning_ratio, model)),
    closeAtProvider(pools, warning_ratio, now_ms),
  ];
  return found.reduce((worst, each) => each && each.percentage > (worst?.percentage ?? -1) ? each : worst, null);
}

function failingLedger({ ledger_failing }: Situation): Verdict | null {
  if (!ledger_failing) return null;
  const message = "Calls cannot be written to the ledger; see the service's log";
  return {
    status: "degraded",
    cause: { code: "ledger_failing", message, source: "service", until: null, fix: "service" },
  };
}
