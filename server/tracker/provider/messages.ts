/** The sentences about the provider's state: in a status, and in the refusal of an attempt that is held back because of it. */
import { waitAtLeast } from "../../../shared/format.ts";
import type { AttemptPlan, Refusal } from "../../attempts/recorder.ts";
import type { AttemptRow } from "../../ledger/ledger.ts";
import { UNKNOWN_POOL } from "./pool_name.ts";
import type { Slowness } from "./stream_latency.ts";

export const NO_QUOTA =
  "OpenAI refuses calls: the account has no quota left. Its owner can add credit or raise its limit";

/** The message for a 429, or for a rate limit inside an answer. */
export function rateLimitMessage({ http_status, error_code }: AttemptRow, pool: string): string {
  const event = http_status! < 400 ? "broke off its answer" : `answered ${http_status}`;
  return `OpenAI ${event} (${error_code ?? "rate limit"})${pool === UNKNOWN_POOL ? "" : ` for ${pool}`}`;
}

/** A failed call that is not the caller's fault. */
export function failureMessage({ http_status, error_code }: AttemptRow): string {
  return `OpenAI's answers fail: ${http_status ?? "no answer"}${error_code ? ` (${error_code})` : ""}`;
}

/** The message for a pool whose streams begin late. */
export function slowMessage({ pool, now_ms, usual_ms }: Slowness & { pool: string }): string {
  const usually = Math.max(1, Math.round(usual_ms / 1000));
  return `OpenAI answers slowly: streams of ${pool} begin after ${
    Math.round(now_ms / 1000)
  } s, usually after ${usually} s`;
}

/**
 * The refusal while the account has no quota left.
 *
 * @param wait_ms until the next probe may be sent.
 */
export function noQuotaRefusal({ workspace_id }: AttemptPlan, wait_ms: number): Refusal {
  return {
    refused: "provider_quota_exceeded",
    message: `Cannot send a call for workspace "${workspace_id}": OpenAI says that the account has no quota left. ` +
      "Nothing was sent to OpenAI. The account's owner can add credit or raise its limit; until then one call at a " +
      `time is let through to see whether that has happened, the next in ${waitAtLeast(wait_ms)}.`,
    retry_after_ms: wait_ms,
  };
}

/**
 * The refusal during a cool-down.
 *
 * @param reason what the provider answered.
 */
export function coolDownRefusal({ workspace_id, model }: AttemptPlan, reason: string, wait_ms: number): Refusal {
  return {
    refused: "provider_cooling_down",
    message: `Cannot send a call${model ? ` to ${model}` : ""} for workspace "${workspace_id}": ${reason}. ` +
      `Nothing was sent to OpenAI. Try again in ${waitAtLeast(wait_ms)}.`,
    retry_after_ms: wait_ms,
  };
}
