/** Keys in words. */
import type { Key } from "../../../shared/access.ts";
import { ago } from "../../../shared/format.ts";
import { currentLocale, say } from "../../../shared/words/say.ts";

/** Whether a key is accepted at a time, in epoch milliseconds. */
export function isUsable({ revoked_at, expires_at }: Key, now: number): boolean {
  return revoked_at === null && (expires_at === null || Date.parse(expires_at) > now);
}

/** The workspaces and the app of a key. */
export function scopeOf({ kind, workspaces, app }: Key): string {
  if (kind === "admin" || workspaces.includes("*")) return say("All workspaces");
  return [workspaces.join(", "), app].filter(Boolean).join(" · ");
}

/** A day in the reader's zone: `21 Nov 2026`. */
function dayText(instant: string): string {
  return new Date(instant).toLocaleDateString(currentLocale().tag, { day: "numeric", month: "short", year: "numeric" });
}

/** An instant in the reader's zone, to the second. */
export function instantText(instant: string): string {
  return new Date(instant).toLocaleString(currentLocale().tag, { dateStyle: "medium", timeStyle: "medium" });
}

/** The state of a key: since when it is revoked, or until when it works. */
export function endText(key: Key, now: number): string {
  const { revoked_at, expires_at } = key;
  if (revoked_at !== null) return say("Revoked {time}", { time: ago(now - Date.parse(revoked_at)) });
  if (expires_at === null) return say("Does not end");
  return isUsable(key, now)
    ? say("Ends {day}", { day: dayText(expires_at) })
    : say("Ended {day}", { day: dayText(expires_at) });
}
