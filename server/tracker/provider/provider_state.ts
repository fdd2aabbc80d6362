/** The provider's state as seen by a workspace: limits by pool, cool-downs, a lack of quota, failures in a row. */
import type { ProviderPool } from "../../../shared/quota.ts";
import { type ErrorClass, errorClass } from "../../attempts/answer/provider_error.ts";
import { reportedLimits, retryAfter } from "../../attempts/answer/rate_limit_headers.ts";
import type { AttemptPlan, AttemptResult, Refusal } from "../../attempts/recorder.ts";
import type { ObservedPool } from "../../core/observation.ts";
import type { Latch } from "../../core/verdict.ts";
import type { AttemptRow } from "../../ledger/ledger.ts";
import { CoolDowns } from "./cool_downs.ts";
import {
  coolDownRefusal,
  failureMessage,
  NO_QUOTA,
  noQuotaRefusal,
  rateLimitMessage,
  slowMessage,
} from "./messages.ts";
import { poolName } from "./pool_name.ts";
import { type PendingUse, ProviderLimits } from "./provider_limits.ts";
import { QuotaProbes } from "./quota_probes.ts";
import { UpstreamFailures } from "./upstream_failures.ts";

/** Endpoints that cost money although they reserve no tokens. */
const PRICED = /^(?:images|audio|videos)\//;

/** The parts of a response that the ledger does not keep. */
export type ProviderFeedback = Pick<AttemptResult, "limit_headers" | "error_message">;

/** A lack of quota, and the probes that find out when it is over. */
interface QuotaLack {
  since_ms: number;
  probes: QuotaProbes;
}

/** Each part is created on first use, because most workspaces never need it. */
export class ProviderState {
  readonly #random: () => number;
  #limits: ProviderLimits | null = null;
  #coolDowns: CoolDowns | null = null;
  #quotaLack: QuotaLack | null = null;
  #failures: UpstreamFailures | null = null;

  /** @param random gives 0 to 1, for back-off. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /**
   * The latch in force at `now_ms`, the longest-lasting of several.
   *
   * @param pool ignores the cool-downs of other pools.
   */
  latch(now_ms: number, pool?: string): Latch | null {
    const lack = this.#lackAt(now_ms);
    if (lack) return { code: "insufficient_quota", message: NO_QUOTA, until_ms: lack.probes.proven_at_ms };
    const coolDown = this.#coolDowns?.longest(now_ms, pool);
    if (coolDown) return { code: "provider_rate_limit", message: coolDown.message, until_ms: coolDown.until_ms };
    const failing = this.#failures?.message;
    if (failing) return { code: "upstream_failing", message: failing, until_ms: null };
    return this.#slowUpstream(now_ms);
  }

  /** The pools as clients see them. */
  pools(now_ms: number): ProviderPool[] {
    return this.#limits?.wire(now_ms) ?? [];
  }

  /** The pools as the verdict uses them. */
  observed(now_ms: number): ObservedPool[] {
    return this.#limits?.observed(now_ms) ?? [];
  }

  /** Why an attempt must not be sent now; `null` when it may. While quota lacks, calls that cost nothing still pass. */
  refuse(plan: AttemptPlan, now_ms: number): Refusal | null {
    const lack = this.#lackAt(now_ms);
    if (lack && isPriced(plan)) {
      const wait = lack.probes.wait(now_ms);
      if (wait > 0) return noQuotaRefusal(plan, wait);
    }
    const coolDown = this.#coolDowns?.of(poolName(plan.model, plan.input_tokens), now_ms);
    return coolDown ? coolDownRefusal(plan, coolDown.message, coolDown.obeyed_until_ms - now_ms) : null;
  }

  /** Notes that an attempt is sent. Pass the result to {@link unsent} or {@link learn} when the attempt ends. */
  sent(plan: AttemptPlan, now_ms: number): PendingUse | null {
    this.#quotaLack = this.#lackAt(now_ms);
    if (this.#quotaLack && isPriced(plan)) this.#quotaLack.probes.begin(plan.id, now_ms);
    if (!this.#limits) return null;
    const { tokens, model, input_tokens } = plan;
    const pending = { pool: poolName(model, input_tokens), tokens, at_ms: now_ms };
    this.#limits.sent(pending);
    return pending;
  }

  /** Whether this attempt is the probe that finds out whether there is quota again. */
  isProbe(id: string): boolean {
    return this.#quotaLack?.probes.is(id) ?? false;
  }

  /** Notes that the answer to a probe begins to stream. */
  begun(id: string, now_ms: number): void {
    this.#quotaLack?.probes.begun(id, now_ms);
  }

  /** Notes that an attempt was not sent after all. `reason` names the upstream's fault, `null` where it has none. */
  unsent(id: string, pending: PendingUse | null, reason: string | null, now_ms: number): void {
    this.#quotaLack?.probes.unsent(id);
    if (pending) this.#limits?.unsent(pending);
    if (reason !== null) this.#failed(`The upstream cannot be reached: ${reason}`, now_ms);
  }

  /**
   * Learns from an attempt that has ended.
   *
   * @param pending what {@link sent} returned for it, if it was called.
   * @returns the class of its error; `null` where it has none.
   */
  learn(row: AttemptRow, feedback: ProviderFeedback, pending: PendingUse | null, now_ms: number): ErrorClass | null {
    this.#quotaLack = this.#lackAt(now_ms);
    const pool = poolName(row.model, row.usage.input_tokens);
    this.#observe(row, feedback, pending, pool, now_ms);
    if (row.outcome === "ok") this.#succeeded(row, pool);
    const kind = row.outcome === "failed" ? classOf(row, feedback) : null;
    if (kind) this.#refused(kind, row, feedback, pool, now_ms);
    // The caller's mistake proves nothing about the quota, so another probe may follow immediately.
    if (kind === "request") this.#quotaLack?.probes.unsent(row.id);
    else this.#quotaLack?.probes.failed(row.id, now_ms);
    return kind;
  }

  /** Ends everything that is latched. Observed limits stay. */
  reset(): void {
    this.#quotaLack = null;
    this.#coolDowns = null;
    this.#failures = null;
  }

  /** The lack of quota, unless a probe has proved by `now_ms` that it is over. */
  #lackAt(now_ms: number): QuotaLack | null {
    return now_ms >= (this.#quotaLack?.probes.proven_at_ms ?? Infinity) ? null : this.#quotaLack;
  }

  /** A call that was sent before a lack or failure began does not prove that it is over. */
  #succeeded({ started_at_ms, usage_source, endpoint }: AttemptRow, pool: string): void {
    this.#failures?.success(started_at_ms);
    this.#coolDowns?.end(pool, started_at_ms);
    const paid = usage_source !== "none" || PRICED.test(endpoint);
    if (paid && this.#quotaLack && started_at_ms >= this.#quotaLack.since_ms) this.#quotaLack = null;
  }

  #refused(kind: ErrorClass, row: AttemptRow, { limit_headers }: ProviderFeedback, pool: string, now_ms: number): void {
    if (kind === "quota_exceeded") this.#quotaLack ??= { since_ms: now_ms, probes: new QuotaProbes() };
    else if (kind === "rate_limited") {
      const wait_ms = retryAfter(limit_headers, now_ms);
      this.#coolDowns ??= new CoolDowns(this.#random);
      const message = rateLimitMessage(row, pool);
      this.#coolDowns.begin({ pool, message, wait_ms, sent_at_ms: row.started_at_ms, now_ms });
    } else if (kind === "degraded") this.#failed(failureMessage(row), now_ms);
  }

  #failed(description: string, now_ms: number): void {
    this.#failures ??= new UpstreamFailures();
    this.#failures.add(description, now_ms);
  }

  /** Slow streams share the cause of failing calls: for a caller who waits, both are an upstream that does not work. */
  #slowUpstream(now_ms: number): Latch | null {
    const slow = this.#limits?.slowPool(now_ms);
    return slow ? { code: "upstream_failing", message: slowMessage(slow), until_ms: slow.until_ms } : null;
  }

  #observe(
    row: AttemptRow,
    feedback: ProviderFeedback,
    pending: PendingUse | null,
    pool: string,
    now_ms: number,
  ): void {
    const { started_at_ms: sent_at_ms, usage, first_byte_ms } = row;
    this.#limits?.ended(pending, pool, usage.total_tokens, sent_at_ms);
    // The headers of a stream arrive with its first byte, long before its end.
    const at_ms = Math.min(now_ms, sent_at_ms + (first_byte_ms ?? row.latency_ms));
    if (row.stream && row.outcome === "ok" && first_byte_ms !== null) {
      (this.#limits ??= new ProviderLimits()).began(pool, first_byte_ms, at_ms);
    }
    const limits = reportedLimits(feedback.limit_headers);
    if (limits.requests || limits.tokens) {
      (this.#limits ??= new ProviderLimits()).observe(pool, limits, { sent_at_ms, at_ms });
    }
  }
}

function isPriced({ tokens, endpoint }: AttemptPlan): boolean {
  return tokens > 0 || PRICED.test(endpoint);
}

function classOf({ http_status, error_code: code }: AttemptRow, feedback: ProviderFeedback): ErrorClass {
  if (http_status === null) return "degraded";
  return errorClass(http_status, { code, type: null, message: feedback.error_message });
}
