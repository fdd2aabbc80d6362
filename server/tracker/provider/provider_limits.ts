/** The provider's limits for one credential, by pool: what the provider reported, and what this service sent. */
import type { ReportedLimits } from "../../attempts/limits/header_families.ts";
import { dropOldest } from "../drop_oldest.ts";
import { type Moment, type NoiseThreshold, ObservedLimit } from "./observed_limit.ts";

/** The pools that were observed last are kept. */
export const MAX_POOLS = 20;

/** A pool that was not observed for this long is no longer shown. */
const MAX_AGE_MS = 24 * 3_600_000;

/** Both sides count requests in the same way. They differ only by the calls in flight. */
const REQUEST_NOISE: NoiseThreshold = { enter: 0.02, leave: 0.01 };

/** Tokens differ more: the provider counts the maximum of a request, and does not report that number. */
const TOKEN_NOISE: NoiseThreshold = { enter: 0.05, leave: 0.025 };

/** What is known of one pool. */
export interface Pool {
  observed_at_ms: number;
  requests: ObservedLimit;
  tokens: ObservedLimit;
}

/** The use of a pool by one attempt. */
export interface PoolUse {
  workspace_id: string;
  pool: string;
  tokens: number;
  at_ms: number;
}

/** Observed limits by pool. */
export class ProviderLimits {
  /** The one that was observed last is the last one. */
  readonly #pools = new Map<string, Pool>();
  #newest: string | null = null;

  /** Takes the limits that a response reported. */
  observe(name: string, { requests, tokens }: ReportedLimits, moment: Moment): void {
    const known = this.#pools.get(name);
    const pool = known && isRecent(known, moment.at_ms) ? known : newPool();
    if (requests) pool.requests.observe(requests, moment);
    if (tokens) pool.tokens.observe(tokens, moment);
    pool.observed_at_ms = Math.max(pool.observed_at_ms, moment.at_ms);
    if (pool === known && name === this.#newest) return;
    this.#newest = name;
    this.#pools.delete(name);
    this.#pools.set(name, pool);
    dropOldest(this.#pools, MAX_POOLS);
  }

  /** Counts an attempt when it is sent, because the provider counts it on arrival, with the tokens that it may take. */
  sent(use: PoolUse): void {
    this.#use(use, 1);
  }

  /** Uncounts an attempt that was not sent after all. */
  unsent(use: PoolUse): void {
    this.#use(use, -1);
  }

  /**
   * Moves an attempt that has ended to the pool that its answer names, with the tokens that it took.
   *
   * @param pending as it was counted when it was sent; `null` if it was not.
   */
  ended(pending: PoolUse | null, ended: PoolUse): void {
    if (pending?.pool === ended.pool && pending.at_ms === ended.at_ms) {
      const more = ended.tokens - pending.tokens;
      if (more > 0) this.#pools.get(ended.pool)?.tokens.use(more, ended.at_ms, ended.workspace_id);
      return;
    }
    if (pending) this.unsent(pending);
    this.#use({ ...ended, tokens: Math.max(ended.tokens, pending?.tokens ?? 0) }, 1);
  }

  /** The pools that were observed in the last day. */
  recent(now_ms: number): [name: string, pool: Pool][] {
    return [...this.#pools].filter(([, pool]) => isRecent(pool, now_ms));
  }

  #use({ pool: name, tokens, at_ms, workspace_id }: PoolUse, sign: 1 | -1): void {
    const pool = this.#pools.get(name);
    pool?.requests.use(sign, at_ms, workspace_id);
    pool?.tokens.use(sign * tokens, at_ms, workspace_id);
  }
}

function newPool(): Pool {
  return {
    observed_at_ms: 0,
    requests: new ObservedLimit(REQUEST_NOISE),
    tokens: new ObservedLimit(TOKEN_NOISE),
  };
}

function isRecent({ observed_at_ms }: Pool, now_ms: number): boolean {
  return observed_at_ms >= now_ms - MAX_AGE_MS;
}
