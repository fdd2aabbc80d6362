/** What the connection's machine remembers, and what follows from it: the view, and when to look again. */
import type { StatusBody } from "../../shared/quota.ts";
import { type Connection, STALE_AFTER_MS, type View, withStaleness } from "../../shared/view.ts";
import type { Target } from "./target.ts";

/** A text frame this often keeps a Manifest V3 worker, which dies after 30 s of silence, and the line itself. */
export const PING_EVERY_MS = 20_000;
export const POLL_EVERY_MS = 15_000;
/** A socket that has not opened by then will not. */
export const OPEN_WITHIN_MS = 10_000;
/** Further ahead than anything is ever planned. */
const REACH_MS = 60_000;

/** The one socket, from the attempt to open it on. */
export interface Socket {
  id: number;
  open: boolean;
  since: number;
  /** Local epoch milliseconds of the last message, or of the opening. */
  heard_at: number;
  pinged_at: number;
  /** Highest `seq` seen on it; null until its first status. */
  seq: number | null;
}

export interface State {
  target: Target | null;
  standing: Connection;
  problem: string | null;
  status: StatusBody | null;
  confirmed_at: number | null;
  clock_offset_ms: number;
  /** Last id given to a socket or a poll. What comes in under an older one belongs to the past. */
  last_id: number;
  socket: Socket | null;
  poll: { id: number; since: number } | null;
  /** When to try the socket, and when to poll, next. Null: not planned. */
  socket_at: number | null;
  poll_at: number | null;
  /** Attempts in a row that gave no lasting socket. */
  failures: number;
}

/** The state at start: the last snapshot is known but not fresh, whatever it was when it was stored. */
export function initialState(stored: View | null): State {
  return {
    target: stored?.server_url ? { server_url: stored.server_url, workspace_id: stored.workspace_id } : null,
    standing: stored?.server_url ? "connecting" : "unconfigured",
    problem: null,
    status: stored?.status ?? null,
    confirmed_at: stored?.confirmed_at ?? null,
    clock_offset_ms: stored?.clock_offset_ms ?? 0,
    last_id: 0,
    socket: null,
    poll: null,
    socket_at: null,
    poll_at: null,
    failures: 0,
  };
}

/** What every surface shows at `now`. */
export function viewOf(state: State, now: number): View {
  const view: View = {
    connection: state.standing,
    server_url: state.target?.server_url ?? "",
    workspace_id: state.target?.workspace_id ?? "default",
    status: state.status,
    confirmed_at: state.confirmed_at,
    clock_offset_ms: state.clock_offset_ms,
    problem: state.problem,
    retry_at: state.socket ? null : state.socket_at,
  };
  return withStaleness(view, now);
}

/** When the machine wants its next tick, in local epoch milliseconds; null when it waits for nothing. */
export function dueAt({ socket, socket_at, poll, poll_at, standing, confirmed_at }: State): number | null {
  const times: number[] = [];
  if (socket?.open) times.push(socket.heard_at + STALE_AFTER_MS, socket.pinged_at + PING_EVERY_MS);
  else if (socket) times.push(socket.since + OPEN_WITHIN_MS);
  else if (socket_at !== null) times.push(socket_at);
  if (poll_at !== null && !poll) times.push(poll_at);
  if (standing === "polling" && confirmed_at !== null) times.push(confirmed_at + STALE_AFTER_MS);
  return times.length > 0 ? Math.min(...times) : null;
}

/**
 * Whether the time has come. A time further off than any plan reaches is due as well: it was set before the clock was
 * put back.
 */
export function isDue(at: number | null, now: number): boolean {
  return at !== null && (at <= now || at > now + REACH_MS);
}
