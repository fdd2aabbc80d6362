/** Instants and ages in words. Instants of the service are on the service's clock. */
import { ago } from "../../format.ts";
import { type Connection, shownConnection, type View } from "../../view.ts";
import { currentLocale, say } from "../../words/say.ts";
import type { Text } from "../../words/texts.ts";

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
 * An instant in the reader's time zone: `10:05`, `Mon 00:00` when it is not today, or `1 Dec, 00:00` when its weekday could
 * be taken for an earlier one; with seconds if asked for.
 *
 * @param service_now epoch milliseconds of the service's clock. Ours may be on another day.
 */
export function wallTime(instant: string, service_now: number, seconds = false): string {
  return new Date(instant).toLocaleString(currentLocale().tag, {
    ...!isToday(instant, service_now) &&
      (isFar(instant, service_now) ? { day: "numeric", month: "short" } : { weekday: "short" }),
    hour: "2-digit",
    minute: "2-digit",
    ...seconds && { second: "2-digit" },
  });
}

function isFar(instant: string, service_now: number): boolean {
  return Math.abs(Date.parse(instant) - service_now) > 6 * DAY_MS;
}

/** Whether an instant is on the reader's present day. */
export function isToday(instant: string, service_now: number): boolean {
  const at = new Date(instant);
  return Math.abs(at.getTime() - service_now) <= DAY_MS && at.toDateString() === new Date(service_now).toDateString();
}

/** The state of a connection beside an age. */
const STATES = {
  live: "live",
  polling: "polling",
  stale: "stale",
  offline: "offline",
  connecting: "connecting…",
  unconfigured: "not set up",
  not_permitted: "not permitted",
  key_refused: "key refused",
  outdated: "outdated",
  refused: "refused",
} as const satisfies Record<Connection, Text>;

/** How fresh the numbers are: `live · just now`, `stale: last seen 3 min ago`, `offline`. */
export function freshnessText(view: View, now: number): string {
  const { confirmed_at } = view;
  const connection = shownConnection(view);
  const age = confirmed_at === null ? null : ago(now - confirmed_at);
  const state = say(STATES[connection]);
  if (!age || connection === "connecting" || connection === "unconfigured") return state;
  if (connection === "live" || connection === "polling") return `${state} · ${age}`;
  return say("{state}: last seen {age}", { state, age });
}
