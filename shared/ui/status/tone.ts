/** Chooses the state that a surface shows for a view, and its colour. */
import type { Cause, QuotaStatus } from "../../quota.ts";
import { type Connection, shownConnection, type View } from "../../view.ts";

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

/** The state to show for a view: never a status on numbers that are not current, or one that is unknown here. */
export function displayStateOf(view: View): DisplayState {
  const connection = shownConnection(view);
  if (connection !== "live" && connection !== "polling") return connection;
  return view.status?.status ?? "connecting";
}

export function toneOf(state: DisplayState): Tone {
  return TONES[state];
}

/** Whether calls are refused in this status, by us or by the provider. */
export function isBlocked(state: DisplayState): boolean {
  return state === "rate_limited" || state === "quota_exceeded";
}

/** Whether the provider refuses some of the keys in use, and calls with the others pass. */
export function isPartialStop(status: DisplayState, cause: Cause | null): boolean {
  return status === "warning" && (isUnpaid(cause) || cause?.code === "provider_rate_limit");
}

/** Whether the provider's account has no quota left. */
export function isUnpaid(cause: Cause | null): boolean {
  return cause?.code === "insufficient_quota";
}

/** Whether a budget is the cause. */
export function isBudget(cause: Cause | null): boolean {
  return /^budget/.test(cause?.code!);
}
