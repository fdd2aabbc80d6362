/** Why an attempt is refused, in words: to whom, because of which number, and until when. */
import { countdown, fullCount, METER_LABELS } from "../../shared/format.ts";
import type { MeterName } from "../../shared/meters.ts";
import type { Meter, Stats } from "../../shared/quota.ts";
import type { Refusal, RefusalLimit, RefusalLimits } from "../attempts/recorder.ts";

/** A meter that is full, and how it stands. */
export interface FullMeter {
  name: MeterName;
  stats: Stats;
  /** Tokens that the attempt was to hold. */
  tokens: number;
  /** The model whose own limit it is; `null` for the workspace's. */
  model: string | null;
  now_ms: number;
  /** When there is room for this attempt, in epoch milliseconds. */
  opens_ms: number;
}

/** The refusal for a full meter. */
export function limitRefusal(workspace_id: string, full: FullMeter): Refusal {
  const { name, stats, tokens, model, now_ms, opens_ms } = full;
  const { current, reserved, limit } = stats[name]!;
  const { unit } = METER_LABELS[name];
  const day = name.endsWith("_day");
  const wants = unit === "tokens" ? `${fullCount(tokens)} tokens` : "1 request";
  const whose = `${model === null ? "" : `model "${model}" in `}workspace "${workspace_id}"`;
  return {
    refused: day ? "workspace_quota_exceeded" : "workspace_rate_limited",
    message: `Cannot reserve ${wants} for ${whose}: ${fullCount(current + reserved)} of ${fullCount(limit)} ${unit} ` +
      `are taken ${day ? "today" : "in the last 60 s"}. ` +
      `Nothing was sent to OpenAI. Try again in ${countdown(opens_ms - now_ms)}.`,
    retry_after_ms: opens_ms - now_ms,
    limits: refusalLimits(stats, now_ms),
    ...(model === null ? {} : { model }),
  };
}

function refusalLimits(stats: Stats, now_ms: number): RefusalLimits {
  const requests = tighter(stats.requests_per_minute, stats.requests_per_day, now_ms);
  const tokens = tighter(stats.tokens_per_minute, stats.tokens_per_day, now_ms);
  return { ...(requests && { requests }), ...(tokens && { tokens }) };
}

/** Of the minute and the day the one with less left; the day where both are the same, since it lasts. */
function tighter(minute: Meter | null, day: Meter | null, now_ms: number): RefusalLimit | null {
  const meter = minute && day ? (minute.remaining < day.remaining ? minute : day) : minute ?? day;
  if (!meter) return null;
  const { limit, remaining, resets_at } = meter;
  return { limit, remaining, reset_ms: Math.max(0, Date.parse(resets_at) - now_ms) };
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
