/** Why an attempt is held back for the provider's sake, in words: what the provider said, and when to try again. */
import { countdown } from "../../../shared/format.ts";
import type { AttemptPlan, Refusal } from "../../attempts/recorder.ts";

/**
 * While the account has no quota left.
 *
 * @param wait_ms until the next probe may go.
 */
export function noQuotaRefusal({ workspace_id }: AttemptPlan, wait_ms: number): Refusal {
  return {
    refused: "provider_quota_exceeded",
    message: `Cannot send a call for workspace "${workspace_id}": OpenAI says that the account has no quota left. ` +
      "Nothing was sent to OpenAI. Whoever pays the account can add credit or raise its limit; until then one call at a " +
      `time is let through to see whether that has happened, the next in ${countdown(wait_ms)}.`,
    retry_after_ms: wait_ms,
  };
}

/**
 * During a cool-down.
 *
 * @param said what the provider answered.
 */
export function coolDownRefusal({ workspace_id, model }: AttemptPlan, said: string, wait_ms: number): Refusal {
  return {
    refused: "provider_cooling_down",
    message: `Cannot send a call${model ? ` to ${model}` : ""} for workspace "${workspace_id}": ${said}. ` +
      `Nothing was sent to OpenAI. Try again in ${countdown(wait_ms)}.`,
    retry_after_ms: wait_ms,
  };
}
