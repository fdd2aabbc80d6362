/** Why an attempt is refused, in words: for whom, because of which number, and until when. */
import { fullCount, METER_LABELS, waitAtLeast } from "../../shared/format.ts";
import type { Meter, Stats } from "../../shared/quota.ts";
import type { AttemptPlan, Refusal, RefusalLimit, RefusalLimits } from "../attempts/recorder.ts";
import type { FullLimit } from "../live/live_store.ts";
import { statsOf } from "./gauges/stats.ts";

/**
 * The refusal for a full limit.
 *
 * @param tokens those that the attempt was to hold.
 */
export function fullRefusal(
  { workspace_id, model }: Pick<AttemptPlan, "workspace_id" | "model">,
  { full, model: limited, limits, readings, opens_at_ms }: FullLimit,
  tokens: number,
  now_ms: number,
): Refusal {
  const stats = statsOf(limits, readings);
  const { current, reserved, limit } = stats[full]!;
  const { unit } = METER_LABELS[full];
  const day = full.endsWith("_day");
  const wants = unit === "tokens" ? `${fullCount(tokens)} tokens` : "1 request";
  const of_model = limited !== null && model !== null;
  const whose = `${of_model ? `${modelText(model, limited)} in ` : ""}workspace "${workspace_id}"`;
  return {
    refused: day ? "workspace_quota_exceeded" : "workspace_rate_limited",
    message: `Cannot reserve ${wants} for ${whose}: ${fullCount(current + reserved)} of ${fullCount(limit)} ${unit} ` +
      `are taken ${day ? "today" : "in the last 60 s"}. ` +
      `Nothing was sent to OpenAI. Try again in ${waitAtLeast(opens_at_ms - now_ms)}.`,
    retry_after_ms: opens_at_ms - now_ms,
    limits: refusalLimits(stats, now_ms),
    ...(of_model ? { model } : {}),
  };
}

/** Names the limit too where the requested name does not contain it. */
function modelText(model: string, limited: string): string {
  return model.startsWith(limited) ? `model "${model}"` : `model "${model}", which answers as "${limited}",`;
}

function refusalLimits(stats: Stats, now_ms: number): RefusalLimits {
  const requests = tighter(stats.requests_per_minute, stats.requests_per_day, now_ms);
  const tokens = tighter(stats.tokens_per_minute, stats.tokens_per_day, now_ms);
  return { ...(requests && { requests }), ...(tokens && { tokens }) };
}

/** The window with less left; of equals the day, because it lasts longer. */
function tighter(minute: Meter | null, day: Meter | null, now_ms: number): RefusalLimit | null {
  const meter = minute && day ? (minute.remaining < day.remaining ? minute : day) : minute ?? day;
  if (!meter) return null;
  const { limit, remaining, resets_at } = meter;
  return { limit, remaining, reset_ms: Math.max(0, Date.parse(resets_at) - now_ms) };
}

/** The wait advised while the ledger fails: how long it will fail is unknown. */
export const LEDGER_RETRY_MS = 5000;

/** The refusal while calls cannot be counted. */
export function ledgerRefusal(workspace_id: string): Refusal {
  return {
    refused: "ledger_unavailable",
    message:
      `Cannot count a call for workspace "${workspace_id}": the ledger cannot be written, so nothing was sent to ` +
      "OpenAI. See the service's log; it recovers by itself once there is room.",
    retry_after_ms: LEDGER_RETRY_MS,
  };
}

/** The refusal of an attempt whose id is reserved in another workspace. It does not name that one. */
export function reservedElsewhere({ id, workspace_id }: { id: string; workspace_id: string }): Refusal {
  return {
    refused: "reserved_elsewhere",
    message: `Cannot take attempt ${id} for workspace "${workspace_id}": it is reserved in another one. Use a new id.`,
    retry_after_ms: null,
  };
}

/** The refusal of a new workspace when `max` exist. */
export function tooManyWorkspaces(workspace_id: string, max: number): Refusal {
  return {
    refused: "too_many_workspaces",
    message: `Cannot make workspace "${workspace_id}": there are ${fullCount(max)} already. Use one of those, or ` +
      "set limits or make a key for it, which admits it.",
    retry_after_ms: null,
  };
}
