/** The provider's pools that one workspace draws from, each with its two limits as they were last told. */
import type { ObservedPool } from "../../core/verdict_provider.ts";
import { instant } from "../../core/meter.ts";
import type { ReportedLimits } from "../../attempts/answer/rate_limit_headers.ts";
import type { ProviderPool } from "../../../shared/quota.ts";
import { dropOldest } from "../drop_oldest.ts";
import { ProviderPace, type Slowness } from "./pace.ts";
import { type Moment, type Noise, ProviderLimitMemory } from "./limit.ts";

/** Pools kept: those that were told of last. */
const MOST_POOLS = 20;

/** A pool not heard of for this long is forgotten. */
const FORGET_MS = 24 * 3_600_000;

/** Requests are counted alike on both sides: only what is under way differs. */
const REQUEST_NOISE: Noise = { enter: 0.02, leave: 0.01 };

/** Tokens are not: the provider counts what a request might take, which it does not tell. */
const TOKEN_NOISE: Noise = { enter: 0.05, leave: 0.025 };

interface Pool {
  observed_at_ms: number;
  requests: ProviderLimitMemory;
  tokens: ProviderLimitMemory;
}

/** An attempt under way, as it was compared with the provider's count. */
export interface Sent {
  pool: string;
  tokens: number;
  at_ms: number;
}

/** Pools by name. */
export class ProviderPools {
  readonly #pools = new Map<string, Pool>();
  readonly #paces = new Map<string, ProviderPace>();

  observe(name: string, { requests, tokens }: ReportedLimits, moment: Moment): void {
    const pool = this.#pools.get(name) ?? {
      observed_at_ms: 0,
      requests: new ProviderLimitMemory(REQUEST_NOISE),
      tokens: new ProviderLimitMemory(TOKEN_NOISE),
    };
    if (requests) pool.requests.observe(requests, moment);
    if (tokens) pool.tokens.observe(tokens, moment);
    pool.observed_at_ms = Math.max(pool.observed_at_ms, moment.at_ms);
    this.#pools.delete(name);
    this.#pools.set(name, pool);
    dropOldest(this.#pools, MOST_POOLS);
  }

  /** Of our own an attempt is on its way: the provider counts it as it comes, with what it might take. */
  sent({ pool, tokens, at_ms }: Sent): void {
    this.#use(pool, tokens, at_ms, 1);
  }

  /** It has ended, in the pool that its answer names, and took so many tokens. */
  ended(before: Sent | null, pool: string, tokens: number, at_ms: number): void {
    if (before) this.unsent(before);
    this.#use(pool, Math.max(tokens, before?.tokens ?? 0), at_ms, 1);
  }

  /** It never left. */
  unsent({ pool, tokens, at_ms }: Sent): void {
    this.#use(pool, tokens, at_ms, -1);
  }

  /** A stream has begun to answer. */
  began(name: string, first_byte_ms: number, at_ms: number): void {
    const pace = this.#paces.get(name) ?? new ProviderPace();
    pace.add(first_byte_ms, at_ms);
    this.#paces.set(name, pace);
    dropOldest(this.#paces, MOST_POOLS);
  }

  /** The first pool whose streams begin far later than they used to. */
  slow(now_ms: number): (Slowness & { pool: string }) | null {
    for (const [pool, pace] of this.#paces) {
      const slowness = pace.slowness(now_ms);
      if (slowness) return { ...slowness, pool };
    }
    return null;
  }

  /** As a status is decided from them. */
  observed(now_ms: number): ObservedPool[] {
    return this.#fresh(now_ms).map(([pool, { requests, tokens }]) => ({
      pool,
      requests: requests.seen,
      tokens: tokens.seen,
    }));
  }

  /** As clients see them. */
  wire(now_ms: number): ProviderPool[] {
    return this.#fresh(now_ms).map(([pool, { requests, tokens, observed_at_ms }]) => {
      const gap = { requests: requests.elsewhere(now_ms), tokens: tokens.elsewhere(now_ms) };
      return {
        pool,
        requests: requests.wire(now_ms),
        tokens: tokens.wire(now_ms),
        observed_at: instant(observed_at_ms),
        used_elsewhere: gap.requests === null && gap.tokens === null
          ? null
          : { requests: gap.requests ?? 0, tokens: gap.tokens ?? 0 },
      };
    });
  }

  #use(name: string, tokens: number, at_ms: number, sign: 1 | -1): void {
    const pool = this.#pools.get(name);
    pool?.requests.use(sign, at_ms);
    pool?.tokens.use(sign * tokens, at_ms);
  }

  #fresh(now_ms: number): [string, Pool][] {
    for (const [name, { observed_at_ms }] of this.#pools) {
      if (observed_at_ms < now_ms - FORGET_MS) this.#pools.delete(name);
    }
    return [...this.#pools];
  }
}
