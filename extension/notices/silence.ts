/** Whether notices are silent: muted, or within the quiet hours. */
import type { NoticeSettings } from "../state/settings.ts";

/** @param now local epoch milliseconds. */
export function isSilent({ muted_until, quiet_hours }: NoticeSettings, now: number): boolean {
  if (muted_until !== null && now < muted_until) return true;
  return quiet_hours !== null && isBetween(timeOfDay(now), quiet_hours);
}

/** Equal times are a whole day. */
function isBetween(time: string, { from, to }: NonNullable<NoticeSettings["quiet_hours"]>): boolean {
  return from < to ? time >= from && time < to : time >= from || time < to;
}

/** `07:05` in the reader's zone. */
function timeOfDay(now: number): string {
  return new Date(now).toTimeString().slice(0, 5);
}
