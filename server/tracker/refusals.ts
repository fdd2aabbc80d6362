/** Why an attempt is refused, in words: to whom, because of which number, and until when. */
import { countdown, fullCount, METER_LABELS } from "../../shared/format.ts";
import type { Meter, MeterName } from "../../shared/quota.ts";
import type { AttemptPlan, Refusal } from "../openai/recorder.ts";

/**
 * The refusal for a full meter.
 *
 * @param waits_ms until enough is free for this attempt.
 */
export function limitRefusal(name: MeterName, meter: Meter, plan: AttemptPlan, waits_ms: number): Refusal {
  const { unit } = METER_LABELS[name];
  const day = name.endsWith("_day");
  const wants = unit === "tokens" ? `${fullCount(plan.tokens)} tokens` : "1 request";
  const taken = meter.current + meter.reserved;
  return {
    refused: day ? "workspace_quota_exceeded" : "workspace_rate_limited",
    message: `Cannot reserve ${wants} for workspace "${plan.workspace_id}": ${fullCount(taken)} of ` +
      `${fullCount(meter.limit)} ${unit} are taken ${day ? "today" : "in the last 60 s"}. ` +
      `Nothing was sent to OpenAI. Try again in ${countdown(waits_ms)}.`,
    retry_after_ms: waits_ms,
  };
}

/** Wait that is advised while the ledger fails: nobody knows for how long. */
export const LEDGER_RETRY_MS = 5000;

/** The refusal of a call that could not be counted. */
export function ledgerRefusal(workspace_id: string): Refusal {
  return {
    refused: "ledger_unavailable",
    message:
      `Cannot count a call for workspace "${workspace_id}": the ledger cannot be written, so nothing was sent to ` +
      "OpenAI. See the service's log; it recovers by itself once there is room.",
    retry_after_ms: LEDGER_RETRY_MS,
  };
}

/** The refusal of one workspace too many. */
export function crowdRefusal(workspace_id: string, most: number): Refusal {
  return {
    refused: "too_many_workspaces",
    message: `Cannot make workspace "${workspace_id}": there are ${fullCount(most)} already. Use one of those.`,
    retry_after_ms: null,
  };
}
