/** Pools as the verdict and clients see them: one for each name, although each credential has its own. */
import type { ProviderPool } from "../../../shared/quota.ts";
import { instant } from "../../core/meter.ts";
import { type ObservedPool, remainingAt } from "../../core/observation.ts";
import type { Pool } from "./provider_limits.ts";

/** The pools of one name, one for each credential that the workspace uses: at least one. */
export interface NamedPools {
  name: string;
  pools: readonly Pool[];
}

const UNITS = ["requests", "tokens"] as const;

/** For the verdict: the pool with the least left. It stops the workspace only if no other one has anything left. */
export function observedPool({ name, pools }: NamedPools, now_ms: number): ObservedPool {
  const { requests, tokens } = tightest(pools, now_ms);
  const observed = { pool: name, requests: requests.seen, tokens: tokens.seen };
  return pools.length > 1 && pools.some((pool) => shareLeft(pool, now_ms) > 0)
    ? { ...observed, has_others: true }
    : observed;
}

/** For clients: the pool with the least left, and the use elsewhere of all. */
export function wirePool({ name, pools }: NamedPools, now_ms: number): ProviderPool {
  const { requests, tokens, observed_at_ms } = tightest(pools, now_ms);
  const elsewhere = { requests: elsewhereIn(pools, "requests", now_ms), tokens: elsewhereIn(pools, "tokens", now_ms) };
  return {
    pool: name,
    requests: requests.wire(now_ms),
    tokens: tokens.wire(now_ms),
    observed_at: instant(observed_at_ms),
    used_elsewhere: elsewhere.requests === null && elsewhere.tokens === null
      ? null
      : { requests: elsewhere.requests ?? 0, tokens: elsewhere.tokens ?? 0 },
  };
}

/** For admins: what each workspace sent, as far as it is not refilled yet; the most requests first. */
export function byWorkspace({ pools }: NamedPools, now_ms: number): NonNullable<ProviderPool["by_workspace"]> {
  const sums = new Map<string, Record<(typeof UNITS)[number], number>>();
  for (const pool of pools) {
    for (const unit of UNITS) {
      for (const [workspace_id, amount] of pool[unit].parts(now_ms)) {
        const sum = sums.get(workspace_id) ?? { requests: 0, tokens: 0 };
        sum[unit] += amount;
        sums.set(workspace_id, sum);
      }
    }
  }
  const rounded = [...sums].map(([workspace_id, { requests, tokens }]) => ({
    workspace_id,
    requests: Math.round(requests),
    tokens: Math.round(tokens),
  }));
  return rounded.sort((a, b) => b.requests - a.requests || b.tokens - a.tokens);
}

function elsewhereIn(pools: readonly Pool[], unit: (typeof UNITS)[number], now_ms: number): number | null {
  const known = pools.map((pool) => pool[unit].elsewhere(now_ms)).filter((amount) => amount !== null);
  return known.length === 0 ? null : known.reduce((sum, amount) => sum + amount, 0);
}

function tightest(pools: readonly Pool[], now_ms: number): Pool {
  if (pools.length === 1) return pools[0];
  return pools.reduce((worst, each) => shareLeft(each, now_ms) < shareLeft(worst, now_ms) ? each : worst);
}

/** The share that is left of the limit that is closest to empty, 0 to 1. */
function shareLeft(pool: Pool, now_ms: number): number {
  return Math.min(...UNITS.map((unit) => {
    const { seen } = pool[unit];
    return seen === null ? 1 : remainingAt(seen, now_ms) / seen.limit;
  }));
}
