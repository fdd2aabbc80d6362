/** Decides a workspace's status and its cause from its meters, the provider's reports and the service's health. */
import type { QuotaStatus, Stats } from "../../shared/quota.ts";
import { instant } from "./meter.ts";
import type { ObservedPool } from "./observation.ts";
import type { BudgetUse } from "./budgets/budget_use.ts";
import { fullModelBudget, fullPartBudget, fullWorkspaceBudget, nearBudget } from "./verdict_budgets.ts";
import { fullModel, fullWorkspace, type ModelStats, nearByCount } from "./verdict_counted.ts";
import { fullAtProvider, nearAtProvider } from "./verdict_provider.ts";
import type { NearLimit, Verdict } from "./verdict_types.ts";

/** A state reported by the provider, or caused by the upstream's behaviour, that stays in force after the response. */
export interface Latch {
  code: "provider_rate_limit" | "insufficient_quota" | "upstream_failing";
  /** The provider's pool that it concerns, if not all. */
  pool?: string;
  message: string;
  /** Epoch milliseconds at which it ends by itself; `null` where only a successful call ends it. */
  until_ms: number | null;
}

/** The input of {@link verdict}. */
export interface Situation {
  now_ms: number;
  stats: Stats;
  /** Models with limits of their own. */
  models: readonly ModelStats[];
  /** Left out where there are none. */
  budgets?: readonly BudgetUse[];
  pools: readonly ObservedPool[];
  latch: Latch | null;
  /** A state that stops the calls with some of the workspace's credentials, while others pass. */
  partial_stop?: Latch | null;
  /** Why calls are not written to the ledger, or late; `null` if they are written. */
  ledger_fault: string | null;
  /** Used share of a limit from which it warns, 0 to 1. */
  warning_ratio: number;
}

/**
 * The most severe status that applies. In order:
 *
 * 1. States that stop every call, the longest-lasting first: no quota at the provider, the provider's cool-down, a spent
 *    budget, a full day, a full minute, nothing left by the provider's headers, a failing ledger.
 * 2. A full limit or budget of one model, which stops only that model's calls.
 * 3. A failing upstream.
 * 4. A state that stops the calls with some credentials, of some apps or of some runs only.
 * 5. The limit with the least headroom, if it is close to full: of the workspace, of its models and of the provider; and
 *    the budget with the largest spent share.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { verdict } from "./verdict.ts";
 *
 * const stats = { requests_per_minute: null, requests_per_day: null, tokens_per_minute: null, tokens_per_day: null };
 * const calm = { now_ms: 0, stats, models: [], pools: [], latch: null, ledger_fault: null, warning_ratio: 0.9 };
 * assert.equal(verdict(calm).status, "normal");
 * ```
 */
export function verdict(situation: Situation): Verdict {
  const { budgets = [] } = situation;
  return latched(situation, "insufficient_quota", "quota_exceeded") ??
    latched(situation, "provider_rate_limit", "rate_limited") ??
    fullWorkspaceBudget(budgets) ??
    fullWorkspace(situation.stats) ??
    fullAtProvider(situation.pools, situation.now_ms) ??
    failingLedger(situation) ??
    fullModelBudget(budgets) ??
    fullModel(situation.models) ??
    latched(situation, "upstream_failing", "degraded") ??
    latched({ ...situation, latch: situation.partial_stop ?? null }, null, "warning") ??
    fullPartBudget(budgets) ??
    nearest(situation)?.verdict ??
    { status: "normal", cause: null };
}

const FIXES = { insufficient_quota: "billing", provider_rate_limit: "wait", upstream_failing: "upstream" } as const;

/** @param code that the latch must have; `null` for any. */
function latched({ latch, now_ms }: Situation, code: Latch["code"] | null, status: QuotaStatus): Verdict | null {
  if (!latch || latch.code !== (code ?? latch.code) || (latch.until_ms ?? Infinity) <= now_ms) return null;
  const { pool, message, until_ms } = latch;
  const until = until_ms === null ? null : instant(until_ms);
  const named = pool === undefined ? {} : { pool };
  const cause = { code: latch.code, ...named, message, source: "reported", until, fix: FIXES[latch.code] } as const;
  return { status, cause };
}

/** At equal shares the workspace's limit goes before a model's, and our count before the provider's. */
function nearest({ stats, models, budgets = [], pools, warning_ratio, now_ms }: Situation): NearLimit | null {
  const found = [
    nearByCount(stats, warning_ratio, null),
    ...models.map(({ model, stats }) => nearByCount(stats, warning_ratio, model)),
    nearAtProvider(pools, warning_ratio, now_ms),
    nearBudget(budgets, warning_ratio),
  ];
  return found.reduce((worst, each) => each && each.percentage > (worst?.percentage ?? -1) ? each : worst, null);
}

function failingLedger({ ledger_fault }: Situation): Verdict | null {
  if (ledger_fault === null) return null;
  return {
    status: "degraded",
    cause: { code: "ledger_failing", message: ledger_fault, source: "service", until: null, fix: "service" },
  };
}
