/**
 * All that the tracked client needs of the world: somebody who says whether an attempt may be sent, and who is told how it
 * ended. The tracker is one; a reporter over HTTP in another process is another.
 */
import type { PlanFields, ResultFields } from "../../shared/attempt_fields.ts";

/** An attempt about to be sent. */
export interface AttemptPlan extends PlanFields {
  /** Tokens to reserve. */
  tokens: number;
  /** The part of `tokens` for the input. */
  input_tokens: number;
  /** The most tokens that the answer may take, as the request says; `null` or omitted where it does not say. */
  output_cap?: number | null;
  /** The provider has started it without a request: it is counted, whatever the limits say. */
  begun?: boolean;
}

/** How an attempt ended. Times in milliseconds since it was sent. */
export interface AttemptResult extends ResultFields {
  /** The provider's sentence for an error. */
  error_message: string | null;
  /** The model that answered. */
  model: string | null;
  /** The provider's `x-ratelimit-*` and `retry-after*` headers, in lower case. */
  limit_headers: Readonly<Record<string, string>>;
}

/** Leave to send one attempt. Exactly one of its two ends is called, once. */
export interface Permit {
  /** Its answer begins to stream. Left out where nobody wants to know. */
  begun?(): void;
  /** It was sent; this is how it ended. */
  settle(result: AttemptResult): void;
  /** It was never sent: it counts for nothing. `reason` is what is wrong with the upstream; `null` when nothing is. */
  release(reason: string | null): void;
}

/** What an attempt may be refused for. */
export const REFUSALS = [
  "workspace_rate_limited",
  "workspace_quota_exceeded",
  "provider_cooling_down",
  "provider_quota_exceeded",
  "ledger_unavailable",
  "too_many_workspaces",
] as const;

/** Why an attempt may not be sent. */
export interface Refusal {
  refused: (typeof REFUSALS)[number];
  message: string;
  /** Milliseconds after which it may be tried again; null when waiting does not help. */
  retry_after_ms: number | null;
  /** What is left under the limits that refused, by unit; left out where no limit did. */
  limits?: RefusalLimits;
  /** The model whose own limit refused, where not the workspace's did. */
  model?: string;
}

/** What a refusal's `x-ratelimit-*` headers say of one unit. */
export interface RefusalLimit {
  limit: number;
  remaining: number;
  /** Milliseconds until the window is clear. */
  reset_ms: number;
}

/** Per unit the window with the least left. */
export interface RefusalLimits {
  requests?: RefusalLimit;
  tokens?: RefusalLimit;
}

/** Leave to wait until a full minute opens again, instead of a refusal at once. For batch jobs. */
export interface Wait {
  /** Who leaves gives up his place. */
  signal?: AbortSignal;
  /** Longest wait, in milliseconds; {@link MAX_WAIT_MS} at most. */
  max_wait_ms: number;
}

/** How long those wait who do not say: a minute that is full opens again within. */
export const DEFAULT_WAIT_MS = 65_000;

/** The longest that anyone waits. */
export const MAX_WAIT_MS = 10 * 60_000;

export interface Recorder {
  /**
   * Decides on an attempt and reserves for it. Atomic: of two that race for the last place, one gets it.
   *
   * @param wait given, a full minute is waited for, in the order of arrival; a full day still refuses at once.
   * @throws the signal's reason when it is aborted while waiting.
   */
  reserve(plan: AttemptPlan, wait?: Wait): Permit | Refusal | Promise<Permit | Refusal>;
}

/** Whether a decision is a refusal. */
export function isRefusal(decision: Permit | Refusal): decision is Refusal {
  return "refused" in decision;
}
