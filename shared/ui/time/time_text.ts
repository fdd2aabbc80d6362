/** Instants and ages in words. Instants of the service are on the service's clock. */
import { ago } from "../../format.ts";
import { shownConnection, type View } from "../../view.ts";

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
 * An instant in the reader's time zone: `10:05`, or `Mon 00:00` when it is not today; with seconds if asked for.
 *
 * @param service_now epoch milliseconds of the service's clock. Ours may be on another day.
 */
export function wallTime(instant: string, service_now: number, seconds = false): string {
  const at = new Date(instant);
  const far = Math.abs(at.getTime() - service_now) > DAY_MS ||
    at.toDateString() !== new Date(service_now).toDateString();
  const time = at.toLocaleTimeString("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    ...seconds && { second: "2-digit" },
  });
  return far ? `${at.toLocaleDateString("en-GB", { weekday: "short" })} ${time}` : time;
}

/** How fresh the numbers are: `live · just now`, `stale: last seen 3 min ago`, `offline`. */
export function freshnessText(view: View, now: number): string {
  const { confirmed_at } = view;
  const connection = shownConnection(view);
  const age = confirmed_at === null ? null : ago(now - confirmed_at);
  if (connection === "connecting") return "connecting…";
  if (connection === "unconfigured") return "not set up";
  if (connection === "live" || connection === "polling") return age ? `${connection} · ${age}` : connection;
  const name = connection.replace("_", " ");
  return age ? `${name}: last seen ${age}` : name;
}
