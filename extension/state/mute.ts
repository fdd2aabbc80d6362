/** Until when "mute until reset" lasts. */
import type { View } from "../../shared/view.ts";

/**
 * The end of a mute that starts now: when the day's limits reset, or at the reader's midnight where there is no such limit.
 * A rolling minute has no reset that is worth waiting for.
 *
 * @param now local epoch milliseconds.
 * @returns local epoch milliseconds.
 */
export function muteUntil({ status, clock_offset_ms }: Pick<View, "status" | "clock_offset_ms">, now: number): number {
  const meters = Object.values(status?.stats ?? {}).filter((meter) => meter?.window === "calendar_day");
  const resets = meters.map((meter) => Date.parse(meter!.resets_at) - clock_offset_ms).filter((at) => at > now);
  return resets.length > 0 ? Math.min(...resets) : new Date(now).setHours(24, 0, 0, 0);
}
