/** The badge's title: its tooltip and accessible name. */
import { ago, countdown, fullCount, METER_LABELS, percent } from "../../shared/format.ts";
import type { StatusBody } from "../../shared/quota.ts";
import type { View } from "../../shared/view.ts";
import { type NamedMeter, percentageOf, tightest, toModel } from "../../shared/ui/meters/tightest.ts";
import { waitUntil } from "../../shared/ui/time/time_text.ts";

/**
 * For example `acme: 91% of requests per minute used (456 of 500), frees up in 12s`.
 *
 * @param now local epoch milliseconds.
 */
export function titleOf(view: View, now: number): string {
  const { connection, status, workspace_id, problem } = view;
  const numbers = status ? numbersOf(status, view.clock_offset_ms, now) : null;
  if (connection === "unconfigured") return "Quota Gauge: not set up yet. Click to connect it to your service.";
  if (problem) {
    return `${workspace_id}: ${connection.replace("_", " ")}. ${problem}${lastKnown(view, numbers, now)}`.trim();
  }
  if (connection === "live" || connection === "polling") return `${workspace_id}: ${numbers ?? "no numbers yet"}`;
  return `${workspace_id}: ${connection}.${lastKnown(view, numbers, now)}`;
}

function lastKnown({ confirmed_at }: View, numbers: string | null, now: number): string {
  if (!numbers) return "";
  return ` Last known${confirmed_at === null ? "" : `, ${ago(now - confirmed_at)}`}: ${numbers}`;
}

function numbersOf(status: StatusBody, offset_ms: number, now: number): string {
  const meter = tightest(status);
  const used = meter ? usedOf(meter) : "no limit is set";
  if (status.cause) return `${causeOf(status, offset_ms, now)}; ${used}`;
  return meter ? `${used}${changeOf(meter, offset_ms, now)}` : used;
}

/** The cause's end is the only time that is named: when a limit opens earlier, calls are still refused. */
function causeOf({ status, cause }: StatusBody, offset_ms: number, now: number): string {
  const wait = cause?.until ? waitUntil(cause.until, offset_ms, now) : 0;
  return `${status.replaceAll("_", " ")}, ${cause?.message}${wait > 0 ? `, for another ${countdown(wait)}` : ""}`;
}

function usedOf(limit: NamedMeter): string {
  const { name, meter } = limit;
  const counts = `${fullCount(meter.current)} of ${fullCount(meter.limit)}`;
  const what = `${METER_LABELS[name].long.toLowerCase()}${toModel(limit)}`;
  return `${percent(percentageOf(meter))}% of ${what} used (${counts})`;
}

function changeOf({ meter }: NamedMeter, offset_ms: number, now: number): string {
  const wait = waitUntil(meter.available_at ?? meter.resets_at, offset_ms, now);
  if (wait <= 0 || meter.current + meter.reserved === 0) return "";
  return `, ${meter.available_at ? "opens again" : "frees up"} in ${countdown(wait)}`;
}
