/** How serious it looks, and in which shape, so that nobody needs the colour. */
import type { QuotaStatus, StatusBody } from "../../quota.ts";
import type { Connection, View } from "../../view.ts";

/** A colour with its meaning; `unsure` is the grey of everything that may no longer be true. */
export type Tone = "ok" | "warning" | "critical" | "unsure";

/** What there is to show: a status while the numbers are fresh, else the state of the connection. */
export type Look = QuotaStatus | Exclude<Connection, "live" | "polling">;

const TONES: Record<Look, Tone> = {
  normal: "ok",
  warning: "warning",
  rate_limited: "critical",
  quota_exceeded: "critical",
  degraded: "warning",
  unconfigured: "unsure",
  connecting: "unsure",
  stale: "unsure",
  offline: "unsure",
  refused: "warning",
};

/** What to show for a view: never a status on numbers that are not fresh. */
export function lookOf(view: View): Look {
  const { connection, status } = view;
  if (connection !== "live" && connection !== "polling") return connection;
  return status ? status.status : "connecting";
}

/** The colour of a look. */
export function toneOf(look: Look): Tone {
  return TONES[look];
}

/** Whether calls are refused in this status, by us or by the provider. */
export function isBlocked(look: Look): boolean {
  return look === "rate_limited" || look === "quota_exceeded";
}

/** Instant of the service at which calls are no longer refused; null where none are, or where the end is unknown. */
export function blockedUntil({ status, cause }: Pick<StatusBody, "status" | "cause">): string | null {
  return isBlocked(status) ? cause?.until ?? null : null;
}
