/** What the provider told one workspace's calls: its limits by pool, and what lasts beyond the response that said it. */
import type { Latch } from "../../core/verdict.ts";
import type { ObservedPool } from "../../core/verdict_provider.ts";
import type { AttemptRow } from "../../ledger/ledger.ts";
import { type ErrorClass, errorClass } from "../../attempts/answer/error_class.ts";
import { reportedLimits, retryAfter } from "../../attempts/answer/rate_limit_headers.ts";
import type { AttemptPlan, AttemptResult, Refusal } from "../../attempts/recorder.ts";
import type { ProviderPool } from "../../../shared/quota.ts";
import { CoolDowns } from "./cool_downs.ts";
import { poolName, UNKNOWN_POOL } from "./pool_name.ts";
import { ProviderPools, type Sent } from "./pools.ts";
import { Probes } from "./probes.ts";
import { coolDownRefusal, noQuotaRefusal } from "./provider_refusals.ts";

/** Failures in a row before the upstream is said to fail: one 500 is weather. */
const FAILURES_TO_SAY = 3;

const NO_QUOTA =
  "OpenAI refuses calls: the account has no quota left. Whoever pays it can add credit or raise its limit";

/** Endpoints that cost although they reserve no tokens. */
const PRICED = /^(?:images|audio|videos)\//;

/** What a response said besides what the ledger keeps. */
export type Told = Pick<AttemptResult, "limit_headers" | "error_message">;

/** One workspace's memory of the provider. Most have none: what is not needed yet is not made. */
export class ProviderMemory {
  readonly #random: () => number;
  #pools: ProviderPools | null = null;
  #coolDowns: CoolDowns | null = null;
  /** While the account has no quota left. */
  #noQuota: { since_ms: number; probes: Probes } | null = null;
  #failing: { since_ms: number; message: string } | null = null;
  #failures = 0;

  /** @param random from 0 to 1, for back-off. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /**
   * The latch that holds at `now_ms`: the most lasting.
   *
   * @param pool leaves out what holds for others alone.
   */
  latch(now_ms: number, pool?: string): Latch | null {
    const lack = this.#lack(now_ms);
    if (lack) return { code: "insufficient_quota", message: NO_QUOTA, until_ms: lack.probes.proven_at_ms };
    const cool = this.#coolDowns?.longest(now_ms, pool);
    if (cool) return { code: "provider_rate_limit", message: cool.message, until_ms: cool.until_ms };
    if (this.#failing) return { code: "upstream_failing", message: this.#failing.message, until_ms: null };
    return this.#slow(now_ms);
  }

  /** The pools as clients see them. */
  pools(now_ms: number): ProviderPool[] {
    return this.#pools?.wire(now_ms) ?? [];
  }

  /** The pools as a status is decided from them. */
  observed(now_ms: number): ObservedPool[] {
    return this.#pools?.observed(now_ms) ?? [];
  }

  /** Why an attempt is better not sent now; `null` when it may be. What costs nothing passes while there is no quota. */
  refuse(plan: AttemptPlan, now_ms: number): Refusal | null {
    const lack = this.#lack(now_ms);
    if (lack && isPriced(plan)) {
      const wait = lack.probes.wait(now_ms);
      if (wait > 0) return noQuotaRefusal(plan, wait);
    }
    const cool = this.#coolDowns?.of(poolName(plan.model, plan.input_tokens), now_ms);
    return cool ? coolDownRefusal(plan, cool.message, cool.obeyed_until_ms - now_ms) : null;
  }

  /** An attempt is on its way: whoever ends it says so with what this gives. */
  sent(plan: AttemptPlan, now_ms: number): Sent | null {
    if (this.#noQuota && isPriced(plan)) this.#noQuota.probes.begin(plan.id, now_ms);
    if (!this.#pools) return null;
    const { tokens, model, input_tokens } = plan;
    const sent = { pool: poolName(model, input_tokens), tokens, at_ms: now_ms };
    this.#pools.sent(sent);
    return sent;
  }

  /** Whether this attempt asks for all others whether there is quota again. */
  isProbe(id: string): boolean {
    return this.#noQuota?.probes.is(id) ?? false;
  }

  /** The answer to a probe begins to stream. */
  begun(id: string, now_ms: number): void {
    this.#noQuota?.probes.begun(id, now_ms);
  }

  /** An attempt never left: `reason` is what is wrong with the upstream, `null` when nothing is. */
  unsent(id: string, sent: Sent | null, reason: string | null, now_ms: number): void {
    this.#noQuota?.probes.unsent(id);
    if (sent) this.#pools?.unsent(sent);
    if (reason !== null) this.#countFailure(`The upstream cannot be reached: ${reason}`, now_ms);
  }

  /**
   * Learns from one ended attempt; what its error means, where it is one.
   *
   * @param sent what {@link sent} gave for it, if that was asked.
   */
  learn(row: AttemptRow, told: Told, sent: Sent | null, now_ms: number): ErrorClass | null {
    const pool = poolName(row.model, row.usage.input_tokens);
    this.#observe(row, told, sent, pool, now_ms);
    if (row.outcome === "ok") this.#succeed(row, pool);
    const kind = row.outcome === "failed" ? classOf(row, told) : null;
    if (kind) this.#fail(kind, row, told, pool, now_ms);
    // A mistake of the caller's says nothing of the quota: another may ask at once.
    if (kind === "request") this.#noQuota?.probes.unsent(row.id);
    else this.#noQuota?.probes.failed(row.id, now_ms);
    return kind;
  }

  /** Forgets what is latched; observations stay. */
  reset(): void {
    this.#noQuota = null;
    this.#coolDowns = null;
    this.#failing = null;
    this.#failures = 0;
  }

  /** The lack of quota, while no probe has shown that it is over. */
  #lack(now_ms: number): { probes: Probes } | null {
    const proven_at_ms = this.#noQuota?.probes.proven_at_ms ?? Infinity;
    if (now_ms >= proven_at_ms) this.#noQuota = null;
    return this.#noQuota;
  }

  /** A call that was under way before says nothing of what holds since. */
  #succeed({ started_at_ms, usage_source, endpoint }: AttemptRow, pool: string): void {
    this.#failures = 0;
    if (this.#failing && started_at_ms >= this.#failing.since_ms) this.#failing = null;
    this.#coolDowns?.end(pool, started_at_ms);
    const paid = usage_source !== "none" || PRICED.test(endpoint);
    if (paid && this.#noQuota && started_at_ms >= this.#noQuota.since_ms) this.#noQuota = null;
  }

  #fail(kind: ErrorClass, row: AttemptRow, { limit_headers }: Told, pool: string, now_ms: number): void {
    const { http_status, error_code: code, started_at_ms } = row;
    if (kind === "quota_exceeded") this.#noQuota ??= { since_ms: now_ms, probes: new Probes() };
    else if (kind === "rate_limited") {
      const said = http_status! < 400 ? "broke off its answer" : `answered ${http_status}`;
      const message = `OpenAI ${said} (${code ?? "rate limit"})${pool === UNKNOWN_POOL ? "" : ` for ${pool}`}`;
      const wait_ms = retryAfter(limit_headers, now_ms);
      this.#coolDowns ??= new CoolDowns(this.#random);
      this.#coolDowns.begin({ pool, message, wait_ms, sent_at_ms: started_at_ms, now_ms });
    } else if (kind === "degraded") {
      this.#countFailure(`OpenAI's answers fail: ${http_status ?? "no answer"}${code ? ` (${code})` : ""}`, now_ms);
    }
  }

  /** Told under the same cause: calls that hang are calls that fail, to whoever waits for them. */
  #slow(now_ms: number): Latch | null {
    const slow = this.#pools?.slow(now_ms);
    if (!slow) return null;
    const message = `OpenAI answers slowly: streams of ${slow.pool} begin after ${Math.round(slow.now_ms / 1000)} s, ` +
      `usually after ${Math.max(1, Math.round(slow.usual_ms / 1000))} s`;
    return { code: "upstream_failing", message, until_ms: slow.until_ms };
  }

  #countFailure(sentence: string, now_ms: number): void {
    this.#failures++;
    if (this.#failures < FAILURES_TO_SAY) return;
    this.#failing = { since_ms: now_ms, message: `${sentence}, ${this.#failures} times in a row` };
  }

  #observe(row: AttemptRow, { limit_headers }: Told, sent: Sent | null, pool: string, now_ms: number): void {
    const { started_at_ms: sent_at_ms, usage, first_byte_ms } = row;
    this.#pools?.ended(sent, pool, usage.total_tokens, sent_at_ms);
    // The head came long before a stream's end.
    const at_ms = Math.min(now_ms, sent_at_ms + (first_byte_ms ?? row.latency_ms));
    if (row.stream && row.outcome === "ok" && first_byte_ms !== null) {
      (this.#pools ??= new ProviderPools()).began(pool, first_byte_ms, at_ms);
    }
    const limits = reportedLimits(limit_headers);
    if (limits.requests || limits.tokens) {
      (this.#pools ??= new ProviderPools()).observe(pool, limits, { sent_at_ms, at_ms });
    }
  }
}

function isPriced({ tokens, endpoint }: AttemptPlan): boolean {
  return tokens > 0 || PRICED.test(endpoint);
}

function classOf({ http_status, error_code: code }: AttemptRow, { error_message: message }: Told): ErrorClass {
  return http_status === null ? "degraded" : errorClass(http_status, { code, type: null, message });
}
