/** The state of the connection's machine, and what follows from it: the view, and the time of the next tick. */
import type { StatusBody } from "../../shared/quota.ts";
import { type Connection, STALE_AFTER_MS, type View, withStaleness } from "../../shared/view.ts";
import type { Target } from "./target.ts";

/** A message this often keeps the socket open, and a Manifest V3 worker running, which ends after 30 s without events. */
export const PING_EVERY_MS = 20_000;
export const POLL_EVERY_MS = 15_000;
/** A socket that has not opened within this time is given up. */
export const OPEN_TIMEOUT_MS = 10_000;
/** A socket that stayed open this long was stable: the back-off starts again from its shortest wait. */
export const STABLE_AFTER_MS = 10_000;
/** After a refused key: only another key helps, and it comes with new settings. */
export const REFUSED_KEY_RETRY_MS = 60_000;
/** No time is planned further ahead than this. */
const MAX_AHEAD_MS = 60_000;

/** The one socket, from the attempt to open it. */
export interface Socket {
  id: number;
  open: boolean;
  /** Local epoch milliseconds of the attempt; once open, of the opening. */
  since: number;
  /** Local epoch milliseconds of the last message, or of the opening. */
  received_at: number;
  pinged_at: number;
  /** Highest `seq` received on it; null until its first status. */
  seq: number | null;
}

export interface MachineState {
  target: Target | null;
  connection: Connection;
  problem: string | null;
  status: StatusBody | null;
  confirmed_at: number | null;
  clock_offset_ms: number;
  /** The id last given to a socket or a poll. Events with an older id are ignored. */
  last_id: number;
  socket: Socket | null;
  poll: { id: number; since: number } | null;
  /** Local epoch milliseconds of the next attempt to connect and of the next poll; null where none is planned. */
  socket_at: number | null;
  poll_at: number | null;
  /** Attempts in a row that gave no lasting socket; without sockets, polls in a row that failed. */
  failures: number;
}

/** The state at start. A stored snapshot is kept, but never as current. */
export function initialState(stored: View | null): MachineState {
  return {
    target: stored?.server_url ? { server_url: stored.server_url, workspace_id: stored.workspace_id } : null,
    connection: stored?.server_url ? "connecting" : "unconfigured",
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

/** The view that every surface shows at `now`, in local epoch milliseconds. */
export function viewOf(state: MachineState, now: number): View {
  const view: View = {
    connection: state.connection,
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

/** Local epoch milliseconds at which the machine needs its next tick; null when it waits for nothing. */
export function dueAt({ socket, socket_at, poll, poll_at, connection, confirmed_at }: MachineState): number | null {
  const times: number[] = [];
  if (socket?.open) times.push(socket.received_at + STALE_AFTER_MS, socket.pinged_at + PING_EVERY_MS);
  else if (socket) times.push(socket.since + OPEN_TIMEOUT_MS);
  else if (socket_at !== null) times.push(socket_at);
  if (poll_at !== null && !poll) times.push(poll_at);
  if (connection === "polling" && confirmed_at !== null) times.push(confirmed_at + STALE_AFTER_MS);
  return times.length > 0 ? Math.min(...times) : null;
}

/**
 * Whether a planned time has come. A time too far ahead to have been planned is due too: it was set before the clock was
 * set back.
 */
export function isDue(at: number | null, now: number): boolean {
  return at !== null && (at <= now || at > now + MAX_AHEAD_MS);
}
