/** Instants and waits in words. Instants of the service are on the service's clock. */
import { ago, countdown } from "../../format.ts";
import type { Cause, Meter } from "../../quota.ts";
import type { View } from "../../view.ts";

const DAY_MS = 86_400_000;

/**
 * Milliseconds from `now` on our clock to an instant on the service's; negative when it is past.
 *
 * @param offset_ms the service's clock minus ours.
 */
export function waitUntil(instant: string, offset_ms: number, now: number): number {
  return Date.parse(instant) - (now + offset_ms);
}

/**
 * When a full limit lets calls through again. Null where the limit is not full, and where the status has a cause that ends
 * later or at an unknown time: then calls are still refused when the limit opens.
 */
export function opensAt({ available_at }: Meter, cause: Pick<Cause, "until"> | null): string | null {
  if (!available_at || !cause) return available_at;
  return cause.until !== null && cause.until <= available_at ? available_at : null;
}

interface Circumstances {
  /** Whether the numbers are current. */
  current: boolean;
  /** Cause of the workspace's status. */
  cause: Pick<Cause, "until"> | null;
}

/**
 * The end of a meter's window: `clear in 45s` (rolling), `resets in 3h 12m` (calendar), `opens in 12s` (full). Once that time
 * has passed, a newer status is due (`clearing`), or the numbers are old and their window has ended (`cleared since`).
 */
export function meterWait(meter: Meter, { current, cause }: Circumstances, offset_ms: number, now: number): string {
  const rolling = meter.window === "rolling_60s";
  if (rolling && meter.current + meter.reserved === 0) return "clear";
  const opens = opensAt(meter, cause);
  const wait = waitUntil(opens ?? meter.resets_at, offset_ms, now);
  if (wait <= 0) return current ? (rolling ? "clearing" : "resetting") : (rolling ? "cleared since" : "reset since");
  if (opens) return `opens in ${countdown(wait)}`;
  return `${rolling ? "clear" : "resets"} in ${countdown(wait)}`;
}

/** An instant in the reader's time zone: `10:05`, or `Mon 00:00` when it is not today. */
export function wallTime(instant: string, now: number): string {
  const at = new Date(instant);
  const far = Math.abs(at.getTime() - now) > DAY_MS || at.toDateString() !== new Date(now).toDateString();
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  return far ? `${at.toLocaleDateString("en-GB", { weekday: "short" })} ${time}` : time;
}

/** How fresh the numbers are: `live · just now`, `stale: last seen 3 min ago`, `offline`. */
export function freshnessText(view: View, now: number): string {
  const { connection, confirmed_at } = view;
  const age = confirmed_at === null ? null : ago(now - confirmed_at);
  if (connection === "connecting") return "connecting…";
  if (connection === "unconfigured") return "not set up";
  if (connection === "live" || connection === "polling") return age ? `${connection} · ${age}` : connection;
  return age ? `${connection}: last seen ${age}` : connection;
}
