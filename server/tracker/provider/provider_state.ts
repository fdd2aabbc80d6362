/** The provider's state as seen by a workspace: that of the credentials that it uses, and of the upstream. */
import type { ProviderPool } from "../../../shared/quota.ts";
import { type ErrorClass, errorClass } from "../../attempts/answer/provider_error.ts";
import type { AttemptPlan, AttemptResult, Refusal } from "../../attempts/recorder.ts";
import type { Latch, Situation } from "../../core/verdict.ts";
import type { AttemptRow } from "../../ledger/ledger.ts";
import { reportedLimits } from "../../attempts/limits/rate_limit_headers.ts";
import type { CredentialState } from "./credential_state.ts";
import type { Credentials } from "./credentials.ts";
import { failureMessage, slowMessage } from "./messages.ts";
import { poolName } from "./pool_name.ts";
import { byWorkspace, observedPool, wirePool } from "./pool_views.ts";
import type { PoolUse } from "./provider_limits.ts";
import { combined } from "./stops.ts";
import { StreamLatencies } from "./stream_latency.ts";
import { UpstreamFailures } from "./upstream_failures.ts";
import { UsedCredentials } from "./used_credentials.ts";

/** The parts of a response that the ledger does not keep. */
export interface ProviderFeedback extends Pick<AttemptResult, "limit_headers" | "error_message"> {
  /** The credential that was sent, where another process reports it. */
  credential?: string | null;
}

/** What was known of an attempt before it ended. */
interface SentAttempt {
  credential: string | null;
  /** The model that was requested. */
  model: string | null;
  /** What {@link ProviderState.sent} returned for it, if it was called. */
  pending: PendingUse | null;
}

/** An attempt in flight, as it was counted for its credential. */
export interface PendingUse extends PoolUse {
  state: CredentialState;
}

/** Each part is created on first use, because most workspaces never need it. */
export class ProviderState {
  readonly #workspace_id: string;
  readonly #used: UsedCredentials;
  #failures: UpstreamFailures | null = null;
  #latencies: StreamLatencies | null = null;

  constructor(workspace_id: string, credentials: Credentials) {
    this.#workspace_id = workspace_id;
    this.#used = new UsedCredentials(workspace_id, credentials);
  }

  /**
   * What the verdict needs: reported limits, and what stops calls.
   *
   * @param pool leaves out other pools.
   */
  situation(now_ms: number, pool?: string): Pick<Situation, "pools" | "latch" | "partial_stop"> {
    const stops = this.#used.stops(now_ms, pool);
    const { all, some } = combined(stops);
    const pools = this.#used.pools(now_ms).filter(({ name }) => name === (pool ?? name));
    return {
      pools: pools.map((each) => observedPool(each, now_ms)),
      latch: all ?? this.#upstreamFault(now_ms),
      partial_stop: some,
    };
  }

  /** When time alone changes which credentials are in use. */
  changesAt(now_ms: number): number {
    return this.#used.changesAt(now_ms);
  }

  /**
   * The pools as clients see them.
   *
   * @param for_admin with the use by each workspace.
   */
  pools(now_ms: number, for_admin = false): ProviderPool[] {
    return this.#used.pools(now_ms).map((pools) => {
      const shown = wirePool(pools, now_ms);
      return for_admin ? { ...shown, by_workspace: byWorkspace(pools, now_ms) } : shown;
    });
  }

  /** Why an attempt must not be sent now; `null` when it may. */
  refuse(plan: AttemptPlan, now_ms: number): Refusal | null {
    const pool = poolName(plan.model, plan.input_tokens);
    const refusal = this.#used.find(plan.credential)?.state.refuse(plan, pool, now_ms) ?? null;
    // From now on the stop concerns this workspace, also if another one has met it.
    if (refusal) this.#used.use(plan.credential, pool, now_ms);
    return refusal;
  }

  /** Notes that an attempt is sent. Pass the result to {@link unsent} or {@link learn} when the attempt ends. */
  sent(plan: AttemptPlan, now_ms: number): PendingUse | null {
    const { credential, tokens, model, input_tokens } = plan;
    if (!this.#used.find(credential)) return null;
    const asked = poolName(model, input_tokens);
    const { state } = this.#used.use(credential, asked, now_ms);
    const pool = state.poolOf(asked);
    const use = { workspace_id: this.#workspace_id, pool, tokens, at_ms: now_ms };
    return state.sent(plan, use) ? { ...use, state } : null;
  }

  /** Whether this attempt is the probe that finds out whether there is quota again. */
  isProbe({ id, credential }: AttemptPlan): boolean {
    return this.#used.find(credential)?.state.isProbe(id) ?? false;
  }

  /** Notes that the answer to a probe begins to stream. */
  begun({ id, credential }: AttemptPlan, now_ms: number): void {
    const used = this.#used.find(credential);
    if (!used) return;
    used.state.begun(id, now_ms);
    this.#used.stopChanged(used);
  }

  /** Notes that an attempt was not sent after all. `reason` names the upstream's fault, `null` where it has none. */
  unsent({ id, credential }: AttemptPlan, pending: PendingUse | null, reason: string | null, now_ms: number): void {
    (pending?.state ?? this.#used.find(credential)?.state)?.unsent(id, pending);
    if (reason !== null) this.#failed(`The upstream cannot be reached: ${reason}`, now_ms);
  }

  /**
   * Learns from an attempt that has ended.
   *
   * @returns the class of its error; `null` where it has none.
   */
  learn(row: AttemptRow, feedback: ProviderFeedback, sent: SentAttempt, now_ms: number): ErrorClass | null {
    const { limit_headers } = feedback;
    const { credential, pending } = sent;
    const pool = poolName(row.model, row.usage.input_tokens);
    const asked_pool = poolName(sent.model, row.usage.input_tokens);
    const kind = row.outcome === "failed" ? classOf(row, feedback) : null;
    // The headers of a stream arrive with its first byte, long before its end.
    const at_ms = Math.min(now_ms, row.started_at_ms + (row.first_byte_ms ?? row.latency_ms));
    const limits = reportedLimits(limit_headers, at_ms);
    const hasLimits = limits.requests !== null || limits.tokens !== null;
    const used = row.outcome === "ok" || isStop(kind) || (hasLimits && kind !== "credentials")
      ? this.#used.use(credential, pool, now_ms)
      : this.#used.find(credential);
    if (pending && pending.state !== used?.state) pending.state.unsent(row.id, pending);
    if (used) {
      const counted = pending?.state === used.state ? pending : null;
      const ended = { row, pool, asked_pool, at_ms, limits, limit_headers, kind, pending: counted };
      if (used.state.learn(ended, now_ms)) this.#used.stopChanged(used);
      if (hasLimits) this.#used.observed(used);
    }
    if (row.outcome === "ok") this.#succeeded(row, pool, now_ms);
    if (kind === "degraded") this.#failed(failureMessage(row), now_ms);
    return kind;
  }

  /** Ends everything that is latched. Observed limits stay. */
  reset(): void {
    this.#used.reset();
    this.#failures = null;
  }

  /** The workspace is gone: it uses no credential any more. */
  close(): void {
    this.#used.close();
  }

  /** Slow streams share the cause of failing calls: for a caller who waits, both are an upstream that does not work. */
  #upstreamFault(now_ms: number): Latch | null {
    const failing = this.#failures?.message;
    if (failing) return { code: "upstream_failing", message: failing, until_ms: null };
    const slow = this.#latencies?.slowPool(now_ms);
    return slow ? { code: "upstream_failing", message: slowMessage(slow), until_ms: slow.until_ms } : null;
  }

  #succeeded({ started_at_ms, stream, first_byte_ms }: AttemptRow, pool: string, now_ms: number): void {
    this.#failures?.success(started_at_ms);
    if (!stream || first_byte_ms === null) return;
    (this.#latencies ??= new StreamLatencies()).add(
      pool,
      first_byte_ms,
      Math.min(now_ms, started_at_ms + first_byte_ms),
    );
  }

  #failed(description: string, now_ms: number): void {
    this.#failures ??= new UpstreamFailures();
    this.#failures.add(description, now_ms);
  }
}

/** Whether an error stops further calls with the same credential. */
function isStop(kind: ErrorClass | null): boolean {
  return kind === "rate_limited" || kind === "quota_exceeded";
}

function classOf({ http_status, error_code: code }: AttemptRow, feedback: ProviderFeedback): ErrorClass {
  if (http_status === null) return "degraded";
  return errorClass(http_status, { code, type: null, message: feedback.error_message });
}
