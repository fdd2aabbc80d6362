/** From meters, the provider's word and the service's health to one status with its exact cause. */
import { fullCount, METER_LABELS } from "../../shared/format.ts";
import {
  type Cause,
  METER_NAMES,
  type MeterName,
  type ProviderPool,
  type QuotaStatus,
  type Stats,
} from "../../shared/quota.ts";
import { instant } from "./meter.ts";

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
  pools: readonly ProviderPool[];
  latch: Latch | null;
  ledger_failing: boolean;
  warning_ratio: number;
}

/** How long an observation is believed that names no reset, as Azure's do: its limits are a minute's. */
const BELIEVED_MS = 60_000;

/** A status and its cause, without since when: that is history's to say. */
export interface Verdict {
  status: QuotaStatus;
  cause: Omit<Cause, "since"> | null;
}

/**
 * The worst that holds, most lasting first: no quota at the provider, the provider's cool-down, a full day, a full minute, a
 * failing ledger, a failing upstream, then whatever is close to its limit.
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
    failingLedger(situation) ??
    latched(situation, "upstream_failing", "degraded") ??
    close(situation) ??
    closeAtProvider(situation) ??
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

function close({ stats, warning_ratio }: Situation): Verdict | null {
  let tightest: MeterName | null = null;
  for (const name of METER_NAMES) {
    const percentage = stats[name]?.percentage ?? -1;
    if (percentage >= warning_ratio * 100 && percentage > (tightest ? stats[tightest]!.percentage : -1)) {
      tightest = name;
    }
  }
  return tightest && { status: "warning", cause: counted(stats, tightest) };
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

function closeAtProvider(situation: Situation): Verdict | null {
  for (const pool of situation.pools) {
    const close = reported(situation, pool, "requests") ?? reported(situation, pool, "tokens");
    if (close) return close;
  }
  return null;
}

function reported(
  { now_ms, warning_ratio }: Situation,
  pool: ProviderPool,
  unit: "requests" | "tokens",
): Verdict | null {
  const limit = pool[unit];
  if (!limit || limit.remaining > limit.limit * (1 - warning_ratio)) return null;
  // Past its own reset an observation says nothing any more.
  const until = limit.resets_at ?? instant(Date.parse(pool.observed_at) + BELIEVED_MS);
  if (Date.parse(until) <= now_ms) return null;
  const left = `${fullCount(limit.remaining)} of ${fullCount(limit.limit)} ${unit}`;
  const message = `OpenAI reports ${left} left for ${pool.pool}`;
  const code = unit === "requests" ? "provider_requests" : "provider_tokens";
  return { status: "warning", cause: { code, message, source: "reported", until, fix: "wait" } };
}

function isDay(name: MeterName): boolean {
  return name.endsWith("_day");
}
