/** From meters, the provider's word and the service's health to one status with its exact cause. */
import { fullCount, METER_LABELS } from "../../shared/format.ts";
import { METER_NAMES, type MeterName } from "../../shared/meters.ts";
import type { Cause, QuotaStatus, Stats } from "../../shared/quota.ts";
import { instant } from "./meter.ts";
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
 * The worst that holds, most lasting first: no quota at the provider, the provider's cool-down, a full day, a full minute,
 * nothing left by the provider's own count, a failing ledger, a failing upstream, then whatever is close to its limit: of
 * our count and the provider's, the one with less headroom.
 *
 * @example
 * ```ts
 * import { verdict } from "./verdict.ts";
 *
 * const stats = { requests_per_minute: null, requests_per_day: null, tokens_per_minute: null, tokens_per_day: null };
 * const calm = { now_ms: 0, stats, pools: [], latch: null, ledger_failing: false, warning_ratio: 0.9 };
 * console.assert(verdict(calm).status === "normal");
 * ```
 */
export function verdict(situation: Situation): Verdict {
  return latched(situation, "insufficient_quota", "quota_exceeded") ??
    latched(situation, "provider_rate_limit", "rate_limited") ??
    full(situation) ??
    shutAtProvider(situation.pools, situation.now_ms)?.verdict ??
    failingLedger(situation) ??
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

function full({ stats }: Situation): Verdict | null {
  // The day first: when both are full, waiting for the minute helps nobody.
  const name = (["requests_per_day", "tokens_per_day", "requests_per_minute", "tokens_per_minute"] as const)
    .find((name) => stats[name]?.remaining === 0);
  if (!name) return null;
  return { status: isDay(name) ? "quota_exceeded" : "rate_limited", cause: counted(stats, name) };
}

function closest(situation: Situation): Tight | null {
  const own = close(situation);
  const reported = closeAtProvider(situation.pools, situation.warning_ratio, situation.now_ms);
  if (!own || !reported) return own ?? reported;
  return reported.percentage > own.percentage ? reported : own;
}

function close({ stats, warning_ratio }: Situation): Tight | null {
  let tightest: MeterName | null = null;
  for (const name of METER_NAMES) {
    const percentage = stats[name]?.percentage ?? -1;
    if (percentage >= warning_ratio * 100 && percentage > (tightest ? stats[tightest]!.percentage : -1)) {
      tightest = name;
    }
  }
  if (!tightest) return null;
  return { percentage: stats[tightest]!.percentage, verdict: { status: "warning", cause: counted(stats, tightest) } };
}

function counted(stats: Stats, code: MeterName): Verdict["cause"] {
  const meter = stats[code]!;
  const window = isDay(code) ? "today" : "in the last 60 s";
  const taken = meter.current + meter.reserved;
  return {
    code,
    message: `${fullCount(taken)} of ${fullCount(meter.limit)} ${METER_LABELS[code].unit} ${window}`,
    source: "counted",
    until: meter.available_at ?? meter.resets_at,
    fix: isDay(code) ? "raise_limit" : "wait",
  };
}

function failingLedger({ ledger_failing }: Situation): Verdict | null {
  if (!ledger_failing) return null;
  const message = "Calls cannot be written to the ledger; see the service's log";
  return {
    status: "degraded",
    cause: { code: "ledger_failing", message, source: "service", until: null, fix: "service" },
  };
}

function isDay(name: MeterName): boolean {
  return name.endsWith("_day");
}
