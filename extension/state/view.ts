/** What the background knows and every surface shows. The background alone writes it. */
import type { StatusBody } from "../../shared/quota.ts";

/**
 * How the numbers arrive.
 *
 * - `unconfigured` nothing to connect to yet
 * - `connecting` first attempt since start, or again after a drop; nothing known to be wrong
 * - `live` over the WebSocket
 * - `polling` over REST, because the WebSocket does not get through
 * - `stale` connected by name, but nothing was confirmed for 45 s
 * - `offline` the service cannot be reached
 * - `refused` the service answered and refused (wrong address, workspace or permission); `problem` says why
 */
export type Connection = "unconfigured" | "connecting" | "live" | "polling" | "stale" | "offline" | "refused";

export interface View {
  connection: Connection;
  server_url: string;
  workspace_id: string;
  /** Last snapshot, kept when the connection is lost, so that it can be shown dimmed with its age. */
  status: StatusBody | null;
  /** Local epoch milliseconds at which `status` was last known to be current. */
  confirmed_at: number | null;
  /** Service's clock minus ours, in milliseconds: countdowns to the service's instants add it. */
  clock_offset_ms: number;
  /** One sentence for `offline` and `refused`, else null. */
  problem: string | null;
  /** Local epoch milliseconds of the next attempt to connect, when one is planned. */
  retry_at: number | null;
}

/** Data older than this is never shown as fresh. */
export const STALE_AFTER_MS = 45_000;

/** Key of the {@link View}: in `storage.session` while live, copied to `storage.local` for the next start. */
export const VIEW_KEY = "view";

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
