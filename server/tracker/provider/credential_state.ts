/** The provider's state for one credential: its limits by pool, its cool-downs, a lack of quota. */
import type { ErrorClass } from "../../attempts/answer/provider_error.ts";
import type { ReportedLimits } from "../../attempts/limits/header_families.ts";
import { retryAfter } from "../../attempts/limits/rate_limit_headers.ts";
import type { AttemptPlan, AttemptResult, Refusal } from "../../attempts/recorder.ts";
import type { Latch } from "../../core/verdict.ts";
import type { AttemptRow } from "../../ledger/ledger.ts";
import { dropOldest } from "../drop_oldest.ts";
import { CoolDowns } from "./cool_downs.ts";
import { coolDownRefusal, NO_QUOTA, noQuotaRefusal, rateLimitMessage } from "./messages.ts";
import { MAX_POOLS, type Pool, type PoolUse, ProviderLimits } from "./provider_limits.ts";
import { QuotaProbes } from "./quota_probes.ts";

/** Endpoints that cost money although they reserve no tokens. */
const PRICED = /^(?:images|audio|videos)\//;

/** An attempt that has ended, as the state of its credential learns from it. */
interface EndedAttempt {
  row: AttemptRow;
  /** Of the model that answered. */
  pool: string;
  /** Of the model that was requested. */
  asked_pool: string;
  /** When the head of its response arrived. */
  at_ms: number;
  limits: ReportedLimits;
  limit_headers: AttemptResult["limit_headers"];
  /** The class of its error; `null` where it has none. */
  kind: ErrorClass | null;
  /** As it was counted when it was sent. */
  pending: PoolUse | null;
}

/** A lack of quota, and the probes that find out when it is over. */
interface QuotaLack {
  since_ms: number;
  probes: QuotaProbes;
}

/** Each part is created on first use, because most credentials never need it. */
export class CredentialState {
  readonly #random: () => number;
  #limits: ProviderLimits | null = null;
  #coolDowns: CoolDowns | null = null;
  #quotaLack: QuotaLack | null = null;
  /** The pools of answers by the requested ones, where they differ: an Azure deployment answers with its model's name. */
  #answered: Map<string, string> | null = null;

  /** @param random gives 0 to 1, for back-off. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** What stops calls at `now_ms`, the longest-lasting of several. Only the cool-downs of these pools count. */
  stop(now_ms: number, pools: { has(pool: string): boolean }): Latch | null {
    const lack = this.#lackAt(now_ms);
    if (lack) return { code: "insufficient_quota", message: NO_QUOTA, until_ms: lack.probes.proven_at_ms };
    const coolDown = this.#coolDowns?.longest(now_ms, pools);
    if (!coolDown) return null;
    const { pool, message, until_ms } = coolDown;
    return { code: "provider_rate_limit", pool, message, until_ms };
  }

  pools(now_ms: number): [name: string, pool: Pool][] {
    return this.#limits?.recent(now_ms) ?? [];
  }

  /** Why an attempt must not be sent now; `null` when it may. While quota lacks, calls that cost nothing still pass. */
  refuse(plan: AttemptPlan, pool: string, now_ms: number): Refusal | null {
    const lack = this.#lackAt(now_ms);
    if (lack && isPriced(plan)) {
      const wait = lack.probes.wait(now_ms);
      if (wait > 0) return noQuotaRefusal(plan, wait);
    }
    const coolDown = this.#coolDowns?.of(pool, now_ms);
    return coolDown ? coolDownRefusal(plan, coolDown.message, coolDown.obeyed_until_ms - now_ms) : null;
  }

  /** The pool that an attempt draws from, as far as earlier answers tell. */
  poolOf(asked_pool: string): string {
    return this.#answered?.get(asked_pool) ?? asked_pool;
  }

  /** Notes that an attempt is sent. Returns whether its use is compared with the provider's count. */
  sent(plan: AttemptPlan, use: PoolUse): boolean {
    this.#quotaLack = this.#lackAt(use.at_ms);
    if (this.#quotaLack && isPriced(plan)) this.#quotaLack.probes.begin(plan.id, use.at_ms);
    this.#limits?.sent(use);
    return this.#limits !== null;
  }

  /** Whether this attempt is the probe that finds out whether there is quota again. */
  isProbe(id: string): boolean {
    return this.#quotaLack?.probes.is(id) ?? false;
  }

  /** Notes that the answer to a probe begins to stream. */
  begun(id: string, now_ms: number): void {
    this.#quotaLack?.probes.begun(id, now_ms);
  }

  /** Notes that an attempt was not sent after all. */
  unsent(id: string, pending: PoolUse | null): void {
    this.#quotaLack?.probes.unsent(id);
    if (pending) this.#limits?.unsent(pending);
  }

  /**
   * Learns from an attempt that has ended.
   *
   * @returns whether it began or ended a stop.
   */
  learn(ended: EndedAttempt, now_ms: number): boolean {
    const { row, kind } = ended;
    this.#quotaLack = this.#lackAt(now_ms);
    const before = this.#quotaLack;
    this.#observe(ended);
    let isChanged = row.outcome === "ok" && this.#succeeded(ended);
    if (kind === "quota_exceeded") this.#quotaLack ??= { since_ms: now_ms, probes: new QuotaProbes() };
    else if (kind === "rate_limited") isChanged = this.#coolDown(ended, now_ms) || isChanged;
    // The caller's mistake proves nothing about the quota, so another probe may follow immediately.
    if (kind === "request") this.#quotaLack?.probes.unsent(row.id);
    else this.#quotaLack?.probes.failed(row.id, now_ms);
    return isChanged || before !== this.#quotaLack;
  }

  /** Ends all stops. Observed limits stay. */
  reset(): void {
    this.#quotaLack = null;
    this.#coolDowns = null;
  }

  /** The lack of quota, unless a probe has proved by `now_ms` that it is over. */
  #lackAt(now_ms: number): QuotaLack | null {
    return now_ms >= (this.#quotaLack?.probes.proven_at_ms ?? Infinity) ? null : this.#quotaLack;
  }

  /** A call that was sent before a stop began does not prove that it is over. */
  #succeeded({ row: { started_at_ms, usage_source, endpoint }, pool, asked_pool }: EndedAttempt): boolean {
    const paid = usage_source !== "none" || PRICED.test(endpoint);
    if (paid && this.#quotaLack && started_at_ms >= this.#quotaLack.since_ms) this.#quotaLack = null;
    if (pool !== asked_pool) this.#noteAnswered(asked_pool, pool);
    const isEnded = this.#coolDowns?.end(pool, started_at_ms) ?? false;
    return (this.#coolDowns?.end(asked_pool, started_at_ms) ?? false) || isEnded;
  }

  #noteAnswered(asked_pool: string, pool: string): void {
    this.#answered ??= new Map();
    this.#answered.delete(asked_pool);
    this.#answered.set(asked_pool, pool);
    dropOldest(this.#answered, MAX_POOLS);
  }

  #coolDown({ row, pool, limit_headers }: EndedAttempt, now_ms: number): boolean {
    this.#coolDowns ??= new CoolDowns(this.#random);
    const wait_ms = retryAfter(limit_headers, now_ms);
    const message = rateLimitMessage(row, pool);
    return this.#coolDowns.begin({ pool, message, wait_ms, sent_at_ms: row.started_at_ms, now_ms });
  }

  #observe({ row, pool, at_ms, limits, pending }: EndedAttempt): void {
    const { started_at_ms: sent_at_ms, usage, workspace_id } = row;
    this.#limits?.ended(pending, { workspace_id, pool, tokens: usage.total_tokens, at_ms: sent_at_ms });
    if (!limits.requests && !limits.tokens) return;
    (this.#limits ??= new ProviderLimits()).observe(pool, limits, { sent_at_ms, at_ms });
  }
}

/** Whether an attempt costs money. */
function isPriced({ tokens, endpoint }: AttemptPlan): boolean {
  return tokens > 0 || PRICED.test(endpoint);
}
