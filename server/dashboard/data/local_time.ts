/** Instants in the reader's time zone, as a field for date and time has them. */
import { currentLocale } from "../../../shared/words/say.ts";

/** `2026-11-21T10:20`. */
export function localText(ms: number): string {
  const at = new Date(ms);
  return new Date(ms - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The name of the reader's zone: `Europe/Berlin`. */
export function localZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** `21 Nov 2026, 10:20`. */
export function localTimeText(instant: string): string {
  return new Date(instant).toLocaleString(currentLocale().tag, { dateStyle: "medium", timeStyle: "short" });
}
