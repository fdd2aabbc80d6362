/** The badge in words: its title, which is what a screen reader hears and a pointer shows. */
import { ago, countdown, fullCount, METER_LABELS, percent } from "../../shared/format.ts";
import type { StatusBody } from "../../shared/quota.ts";
import type { View } from "../../shared/view.ts";
import { type NamedMeter, percentageOf, tightest, toModel } from "../../shared/ui/meters/tightest.ts";

/**
 * For example `acme: 91% of requests per minute used (456 of 500), frees up in 12s`.
 *
 * @param now local epoch milliseconds.
 */
export function titleOf(view: View, now: number): string {
  const { connection, status, workspace_id, problem } = view;
  const numbers = status ? numbersOf(status, view.clock_offset_ms, now) : null;
  if (connection === "unconfigured") return "Quota Gauge: not set up yet. Click to connect it to your service.";
  if (connection === "refused" || connection === "offline") {
    return `${workspace_id}: ${connection}. ${problem ?? ""}${lastKnown(view, numbers, now)}`.trim();
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
  const used = meter ? usedOf(meter, offset_ms, now) : "no limit is set";
  return status.cause ? `${causeOf(status, offset_ms, now)}; ${used}` : used;
}

function causeOf({ status, cause }: StatusBody, offset_ms: number, now: number): string {
  const wait = cause?.until ? Date.parse(cause.until) - (now + offset_ms) : 0;
  return `${status.replaceAll("_", " ")}, ${cause?.message}${wait > 0 ? `, for another ${countdown(wait)}` : ""}`;
}

function usedOf(limit: NamedMeter, offset_ms: number, now: number): string {
  const { name, meter } = limit;
  const share = percent(percentageOf(meter));
  const counts = `${fullCount(meter.current)} of ${fullCount(meter.limit)}`;
  const used = `${share}% of ${METER_LABELS[name].long.toLowerCase()}${toModel(limit)} used (${counts})`;
  const wait = Date.parse(meter.available_at ?? meter.resets_at) - (now + offset_ms);
  if (wait <= 0 || meter.current + meter.reserved === 0) return used;
  return `${used}, ${meter.available_at ? "opens again" : "frees up"} in ${countdown(wait)}`;
}
