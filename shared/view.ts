/** The known state of a workspace, and how fresh it is. Every surface shows this one state. */
import type { StatusBody } from "./quota.ts";

/**
 * How the numbers arrive.
 *
 * - `unconfigured` no service is configured yet
 * - `connecting` first attempt since start, or after a lost connection; no failure is known
 * - `live` over the WebSocket
 * - `polling` over REST, because the WebSocket cannot be opened
 * - `stale` no message confirmed the numbers within {@link STALE_AFTER_MS}
 * - `offline` the service cannot be reached
 * - `not_permitted` the browser does not let the extension reach the service's address yet
 * - `key_refused` the service refused the key, or it needs one
 * - `outdated` the service is newer: what it sends cannot be read, or has a value that is unknown here
 * - `refused` the service answered and refused for another reason (wrong address, unknown workspace, too old)
 *
 * The last four and `offline` have a `problem` that says why.
 */
export type Connection =
  | "unconfigured"
  | "connecting"
  | "live"
  | "polling"
  | "stale"
  | "offline"
  | "not_permitted"
  | "key_refused"
  | "outdated"
  | "refused";

export interface View {
  connection: Connection;
  server_url: string;
  workspace_id: string;
  /** Last snapshot. Kept when the connection is lost, so that it can be shown dimmed with its age. */
  status: StatusBody | null;
  /** Local epoch milliseconds at which `status` was last known to be current. */
  confirmed_at: number | null;
  /** Service's clock minus ours, in milliseconds: add it to countdowns to the service's instants. */
  clock_offset_ms: number;
  /** One sentence for a connection that gives no numbers (see {@link Connection}), else null. */
  problem: string | null;
  /** Local epoch milliseconds of the next attempt to connect, when one is planned. */
  retry_at: number | null;
}

export const EMPTY_VIEW: View = {
  connection: "unconfigured",
  server_url: "",
  workspace_id: "default",
  status: null,
  confirmed_at: null,
  clock_offset_ms: 0,
  problem: null,
  retry_at: null,
};

/** Data older than this is never shown as fresh. */
export const STALE_AFTER_MS = 45_000;

/** A clock may be corrected backwards by this much without making a confirmation look like one from the future. */
const CLOCK_CORRECTION_MS = 1_000;

/** Not the schema's list, which would bring the schemas into the widget. */
const KNOWN_STATUSES: readonly string[] = ["normal", "warning", "rate_limited", "quota_exceeded", "degraded"];

/** Whether the meaning of a status is known here. A newer service may send others. */
export function isKnown({ status }: Pick<StatusBody, "status">): boolean {
  return KNOWN_STATUSES.includes(status);
}

/** The connection as it is shown: numbers that arrive with a status that is unknown here confirm nothing. */
export function shownConnection({ connection, status }: View): Connection {
  const isArriving = connection === "live" || connection === "polling";
  return isArriving && status && !isKnown(status) ? "outdated" : connection;
}

/** Whether the view's numbers are shown as current, not dimmed as the last that were known. */
export function isCurrent(view: View): boolean {
  const connection = shownConnection(view);
  return connection === "live" || connection === "polling";
}

/**
 * Whether the snapshot was confirmed within the last {@link STALE_AFTER_MS}. A confirmation from the future (the clock
 * was set back) proves nothing and counts as old.
 *
 * @param now local epoch milliseconds.
 */
function isFresh(view: View, now: number): boolean {
  if (view.confirmed_at === null) return false;
  const age = now - view.confirmed_at;
  return age >= -CLOCK_CORRECTION_MS && age < STALE_AFTER_MS;
}

/**
 * The view as it may be shown at `now`: `live` and `polling` become `stale` when the snapshot is too old. The
 * background marks them as well, but it may have stopped while a surface is open.
 *
 * @param now local epoch milliseconds.
 */
export function withStaleness(view: View, now: number): View {
  return isCurrent(view) && !isFresh(view, now) ? { ...view, connection: "stale" } : view;
}

/**
 * Milliseconds until {@link withStaleness} turns this view stale, or null when it never will.
 *
 * @param now local epoch milliseconds.
 */
export function staleIn(view: View, now: number): number | null {
  if (!isCurrent(withStaleness(view, now))) return null;
  return (view.confirmed_at ?? now) + STALE_AFTER_MS - now;
}

/** Whether a host name, as `URL` gives it, is this machine's own. */
export function isThisComputer(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname) || hostname.endsWith(".localhost");
}
