/** Chooses the state that a surface shows for a view, and its colour. */
import type { QuotaStatus, StatusBody } from "../../quota.ts";
import type { Connection, View } from "../../view.ts";

/** Severity, shown as a colour. `unsure` is grey, for numbers that may be out of date. */
export type Tone = "ok" | "warning" | "critical" | "unsure";

/** The status while the numbers are current, else the state of the connection. */
export type DisplayState = QuotaStatus | Exclude<Connection, "live" | "polling">;

const TONES: Record<DisplayState, Tone> = {
  normal: "ok",
  warning: "warning",
  rate_limited: "critical",
  quota_exceeded: "critical",
  degraded: "warning",
  unconfigured: "unsure",
  connecting: "unsure",
  stale: "unsure",
  offline: "unsure",
  not_permitted: "warning",
  key_refused: "warning",
  outdated: "unsure",
  refused: "warning",
};

/** The state to show for a view: never a status on numbers that are not current. */
export function displayStateOf(view: View): DisplayState {
  const { connection, status } = view;
  if (connection !== "live" && connection !== "polling") return connection;
  return status ? status.status : "connecting";
}

export function toneOf(state: DisplayState): Tone {
  return TONES[state];
}

/** Whether calls are refused in this status, by us or by the provider. */
export function isBlocked(state: DisplayState): boolean {
  return state === "rate_limited" || state === "quota_exceeded";
}

/** Instant of the service at which calls are no longer refused; null where none are, or where the end is unknown. */
export function blockedUntil({ status, cause }: Pick<StatusBody, "status" | "cause">): string | null {
  return isBlocked(status) ? cause?.until ?? null : null;
}
