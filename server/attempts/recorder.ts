/**
 * The port between a transport and a recorder, which decides whether an attempt may be sent, and receives its result. The
 * tracker implements it, and so does the reporter that calls the service over HTTP from another process.
 */
import type { Headroom } from "../../shared/api.ts";
import type { PlanFields, ResultFields } from "../../shared/attempt_fields.ts";
import type { Remaining } from "../core/limits.ts";

/** An attempt about to be sent. */
export interface AttemptPlan extends PlanFields {
  /** Tokens to reserve. */
  tokens: number;
  /** The part of `tokens` for the input. */
  input_tokens: number;
  /** The request's maximum of output tokens; `null` or omitted where it has none. */
  output_cap?: number | null;
  /** The service tier that the request names; `null` or omitted where it names none. */
  requested_tier?: string | null;
  /** The credential that it is sent with, as `credentialOf` names it; `null` or omitted where that is not known. */
  credential?: string | null;
  /** The provider has started it without a request: it is counted, whatever the limits say. */
  begun?: boolean;
}

/** How an attempt ended. Times in milliseconds since it was sent. */
export interface AttemptResult extends ResultFields {
  /** The provider's error message. */
  error_message: string | null;
  /** The model that answered. */
  model: string | null;
  /** The provider's `x-ratelimit-*` and `retry-after*` headers, in lower case. */
  limit_headers: Readonly<Record<string, string>>;
}

/** What an ended attempt cost: whole nano-dollars, or the reason why it is not known. */
export type Charge = { cost_usd_nanos: bigint } | { unpriced: string };

/** Permission to send one attempt. Exactly one of `settle` and `release` is called, once. */
export interface Permit {
  /** The answer has begun to stream. Absent if the recorder does not need to know. */
  begun?(): void;
  /** Resolves when the attempt's row is kept. Present only if the last bytes of the answer wait for it. */
  readonly recorded?: Promise<void>;
  /** What the attempt left of the limits that cover it, when it was permitted. Absent if the recorder does not know. */
  readonly remaining?: Remaining;
  /** The attempt was sent and has ended. Returns its cost, if the recorder knows prices. */
  settle(result: AttemptResult): Charge | null | void;
  /** The attempt was never sent and is not counted. `reason` is the upstream's fault; `null` if it has none. */
  release(reason: string | null): void;
}

/** The codes of all refusals. */
export const REFUSALS = [
  "workspace_rate_limited",
  "workspace_quota_exceeded",
  "workspace_budget_exceeded",
  "provider_cooling_down",
  "provider_quota_exceeded",
  "ledger_unavailable",
  "too_many_workspaces",
  "not_allowed",
  "reserved_elsewhere",
] as const;

/** Why an attempt may not be sent. */
export interface Refusal {
  refused: (typeof REFUSALS)[number];
  message: string;
  /** Milliseconds to wait before a retry; `null` if waiting does not help. */
  retry_after_ms: number | null;
  /** The state of the limits that refused; absent if no limit did. */
  limits?: RefusalLimits;
  /** The model whose own limit refused; absent if a limit of the workspace did. */
  model?: string;
}

/** The values of a refusal's `x-ratelimit-*` headers for one unit. */
export interface RefusalLimit {
  limit: number;
  remaining: number;
  /** Milliseconds until the window is clear. */
  reset_ms: number;
}

/** For each unit, the window with the least remaining. */
export interface RefusalLimits {
  requests?: RefusalLimit;
  tokens?: RefusalLimit;
}

/** Wait for a full minute to open again instead of being refused immediately. For batch jobs. */
export interface Wait {
  /** Aborting it leaves the queue. */
  signal?: AbortSignal;
  /** Maximum wait in milliseconds, up to {@link MAX_WAIT_MS}. */
  max_wait_ms: number;
}

/** The default maximum wait: a full minute opens again within it. */
export const DEFAULT_WAIT_MS = 65_000;

/** The upper bound of every wait. */
export const MAX_WAIT_MS = 10 * 60_000;

export interface Recorder {
  /**
   * Decides whether an attempt may be sent, and reserves for it. Atomic: if two race for the last place, one gets it.
   *
   * @param wait if given, the attempt queues in order of arrival while a minute is full; a full day still refuses immediately.
   * @throws the signal's reason if it is aborted while waiting.
   */
  reserve(plan: AttemptPlan, wait?: Wait): Permit | Refusal | Promise<Permit | Refusal>;
  /** What is left for the next calls of a workspace. Absent if the recorder does not know. */
  headroom?(workspace_id: string): Headroom | Promise<Headroom>;
  /** The service that the recorder reports to; absent if it reports to none. */
  service?: RecorderService;
  /** Whether each permit has `recorded`, so that the end of an answer waits for its row. */
  readonly answersWait?: boolean;
  /** A recorder that reports to the same service with another key. */
  withKey?(key: string): Recorder;
}

/** A service elsewhere, whose gateway counts by itself. */
export interface RecorderService {
  /** Whether an address is one of its gateway. */
  isGateway(url: string): boolean;
  /** A call goes through its gateway, so the recorder does not hear of it. */
  countedByGateway?(): void;
  /** The ingest key for it; `null` without one. */
  readonly key: string | null;
}

/** Whether a decision is a refusal. */
export function isRefusal(decision: Permit | Refusal): decision is Refusal {
  return "refused" in decision;
}

/**
 * Returns a new attempt's id. Ids are unique and sort by time, because the ledger inserts ordered ids five times faster than
 * random ones. All ids of a millisecond share a random part of 52 bits, and end in a number: so an id costs no random bytes
 * of its own.
 *
 * @param now_ms epoch milliseconds.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { attemptId } from "./recorder.ts";
 *
 * assert(attemptId(1_795_000_000_000) < attemptId(1_795_000_000_001));
 * assert.equal(attemptId().length, 25);
 * ```
 */
export function attemptId(now_ms: number = Date.now()): string {
  if (now_ms !== last_ms || used === NUMBERS.length) beginMillisecond(now_ms);
  return start + NUMBERS[used++];
}

const NUMBERS = Array.from({ length: 36 ** 2 }, (_, number) => number.toString(36).padStart(2, "0"));
let last_ms = NaN;
let start = "";
let used = 0;

function beginMillisecond(now_ms: number): void {
  const random = crypto.randomUUID();
  start = `${now_ms.toString(36).padStart(9, "0")}-${random.slice(0, 8)}${random.slice(9, 13)}${random.slice(15, 16)}`;
  last_ms = now_ms;
  used = 0;
}
