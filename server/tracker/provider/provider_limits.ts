/** The provider's limits for one workspace, by pool: what the provider reported, and what this workspace sent. */
import type { ProviderPool } from "../../../shared/quota.ts";
import type { ReportedLimits } from "../../attempts/answer/rate_limit_headers.ts";
import { instant } from "../../core/meter.ts";
import type { ObservedPool } from "../../core/observation.ts";
import { dropOldest } from "../drop_oldest.ts";
import { type Moment, type NoiseThreshold, ObservedLimit } from "./observed_limit.ts";
import { type Slowness, StreamLatency } from "./stream_latency.ts";

/** The pools that were observed last are kept. */
const MAX_POOLS = 20;

/** A pool that was not observed for this long is no longer shown. */
const MAX_AGE_MS = 24 * 3_600_000;

/** Both sides count requests in the same way. They differ only by the calls in flight. */
const REQUEST_NOISE: NoiseThreshold = { enter: 0.02, leave: 0.01 };

/** Tokens differ more: the provider counts the maximum of a request, and does not report that number. */
const TOKEN_NOISE: NoiseThreshold = { enter: 0.05, leave: 0.025 };

interface Pool {
  observed_at_ms: number;
  requests: ObservedLimit;
  tokens: ObservedLimit;
}

/** The expected use of a pool by an attempt in flight. */
export interface PendingUse {
  pool: string;
  tokens: number;
  at_ms: number;
}

/** Observed limits and stream latencies by pool. */
export class ProviderLimits {
  readonly #pools = new Map<string, Pool>();
  readonly #latencies = new Map<string, StreamLatency>();

  /** Takes the limits that a response reported. */
  observe(name: string, { requests, tokens }: ReportedLimits, moment: Moment): void {
    const known = this.#pools.get(name);
    const pool = known && isRecent(known, moment.at_ms) ? known : newPool();
    if (requests) pool.requests.observe(requests, moment);
    if (tokens) pool.tokens.observe(tokens, moment);
    pool.observed_at_ms = Math.max(pool.observed_at_ms, moment.at_ms);
    this.#pools.delete(name);
    this.#pools.set(name, pool);
    dropOldest(this.#pools, MAX_POOLS);
  }

  /** Counts an attempt when it is sent, because the provider counts it on arrival, with the tokens that it may take. */
  sent({ pool, tokens, at_ms }: PendingUse): void {
    this.#use(pool, tokens, at_ms, 1);
  }

  /** Moves an attempt that has ended to the pool that its answer names, with the tokens that it took. */
  ended(pending: PendingUse | null, pool: string, tokens: number, at_ms: number): void {
    if (pending) this.unsent(pending);
    this.#use(pool, Math.max(tokens, pending?.tokens ?? 0), at_ms, 1);
  }

  /** Uncounts an attempt that was not sent after all. */
  unsent({ pool, tokens, at_ms }: PendingUse): void {
    this.#use(pool, tokens, at_ms, -1);
  }

  /** Takes the time to the first byte of a stream. */
  began(name: string, first_byte_ms: number, at_ms: number): void {
    const latency = this.#latencies.get(name) ?? new StreamLatency();
    latency.add(first_byte_ms, at_ms);
    this.#latencies.set(name, latency);
    dropOldest(this.#latencies, MAX_POOLS);
  }

  /** The first pool whose streams begin far later than usual. */
  slowPool(now_ms: number): (Slowness & { pool: string }) | null {
    for (const [pool, latency] of this.#latencies) {
      const slowness = latency.slowness(now_ms);
      if (slowness) return { ...slowness, pool };
    }
    return null;
  }

  /** The pools as the verdict uses them. */
  observed(now_ms: number): ObservedPool[] {
    return this.#recent(now_ms).map(([pool, { requests, tokens }]) => ({
      pool,
      requests: requests.seen,
      tokens: tokens.seen,
    }));
  }

  /** The pools as clients see them. */
  wire(now_ms: number): ProviderPool[] {
    return this.#recent(now_ms).map(([pool, { requests, tokens, observed_at_ms }]) => {
      const elsewhere = { requests: requests.elsewhere(now_ms), tokens: tokens.elsewhere(now_ms) };
      return {
        pool,
        requests: requests.wire(now_ms),
        tokens: tokens.wire(now_ms),
        observed_at: instant(observed_at_ms),
        used_elsewhere: elsewhere.requests === null && elsewhere.tokens === null
          ? null
          : { requests: elsewhere.requests ?? 0, tokens: elsewhere.tokens ?? 0 },
      };
    });
  }

  #use(name: string, tokens: number, at_ms: number, sign: 1 | -1): void {
    const pool = this.#pools.get(name);
    pool?.requests.use(sign, at_ms);
    pool?.tokens.use(sign * tokens, at_ms);
  }

  #recent(now_ms: number): [string, Pool][] {
    return [...this.#pools].filter(([, pool]) => isRecent(pool, now_ms));
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
