/**
 * The connection's rules, with neither clock nor network: (state, event) → state and effects. The socket is tried first
 * and always again; whenever it fails, one poll over REST tells whether the service is there (`polling`), refuses
 * (`refused`) or is gone (`offline`).
 */
import type { ClientMessage, ServerMessage } from "../../shared/events.ts";
import type { StatusBody } from "../../shared/quota.ts";
import { STALE_AFTER_MS } from "../../shared/view.ts";
import { fullJitter } from "./backoff.ts";
import { initialState, isDue, OPEN_WITHIN_MS, PING_EVERY_MS, POLL_EVERY_MS, type Socket, type State } from "./state.ts";
import { sameTarget, type Target } from "./target.ts";

/** A socket that lived this long was sound: the next failure starts the back-off anew. */
const STEADY_MS = 10_000;

/** How a poll ended. A sentence is for the person. */
export type PollResult =
  | { kind: "status"; status: StatusBody }
  | { kind: "refused"; sentence: string }
  | { kind: "unreachable"; sentence: string };

export type ConnectionEvent =
  /** Settings were read or changed, or the person wants it tried now. `refusal`: why it may not even be tried. */
  | { type: "configure"; target: Target | null; refusal: string | null }
  /** Time has passed: a timer, an alarm, a wake-up. Any number of these does no harm. */
  | { type: "tick" }
  | { type: "socket_opened"; id: number }
  | { type: "socket_message"; id: number; message: ServerMessage }
  | { type: "socket_closed"; id: number }
  | { type: "polled"; id: number; result: PollResult };

export type Effect =
  | { type: "open_socket"; id: number; target: Target }
  /** Close the socket, whatever its phase. */
  | { type: "close_socket" }
  | { type: "send"; message: ClientMessage }
  | { type: "poll"; id: number; target: Target }
  /** Abort the poll in flight. */
  | { type: "drop_poll" };

/** What the rules may know of the world. `now` is local epoch milliseconds. */
interface Moment {
  now: number;
  random: () => number;
}

/** One step in the making: a copy of the state, changed freely here and by nobody else. */
interface Step extends Moment {
  state: State;
  effects: Effect[];
}

/** The next state, and what is to be done. The given state is left as it was. */
export function step(state: State, event: ConnectionEvent, moment: Moment): { state: State; effects: Effect[] } {
  const draft: Step = { ...moment, state: { ...state }, effects: [] };
  apply(draft, event);
  return { state: draft.state, effects: draft.effects };
}

function apply(draft: Step, event: ConnectionEvent): void {
  const { socket, poll } = draft.state;
  switch (event.type) {
    case "configure":
      return configure(draft, event.target, event.refusal);
    case "tick":
      return tick(draft);
    case "polled":
      return event.id === poll?.id ? polled(draft, event.result) : undefined;
    default:
      return socket && event.id === socket.id ? onSocket(draft, socket, event) : undefined;
  }
}

function configure(draft: Step, target: Target | null, refusal: string | null): void {
  const before = draft.state;
  hangUp(draft);
  const kept = sameTarget(before.target, target)
    ? { status: before.status, confirmed_at: before.confirmed_at, clock_offset_ms: before.clock_offset_ms }
    : {};
  draft.state = { ...initialState(null), ...kept, last_id: before.last_id, target };
  if (!target) return;
  draft.state.standing = refusal ? "refused" : "connecting";
  draft.state.problem = refusal;
  if (!refusal) openSocket(draft);
}

function tick(draft: Step): void {
  const { now, state } = draft;
  if (state.socket) tend(draft, state.socket);
  else if (isDue(state.socket_at, now)) openSocket(draft);
  if (!draft.state.poll && isDue(draft.state.poll_at, now)) startPoll(draft);
}

/** Looks after the socket: gives up one that does not open or has fallen silent, pings one that lives. */
function tend(draft: Step, socket: Socket): void {
  const { now } = draft;
  const limit = socket.open ? socket.heard_at + STALE_AFTER_MS : socket.since + OPEN_WITHIN_MS;
  if (isDue(limit, now)) {
    draft.effects.push({ type: "close_socket" });
    lostSocket(draft, socket, socket.open ? "stale" : "connecting");
  } else if (socket.open && isDue(socket.pinged_at + PING_EVERY_MS, now)) {
    draft.state.socket = { ...socket, pinged_at: now };
    draft.effects.push({ type: "send", message: { type: "ping" } });
  }
}

function onSocket(
  draft: Step,
  socket: Socket,
  event: Extract<ConnectionEvent, { type: `socket_${string}` }>,
): void {
  const { now } = draft;
  if (event.type === "socket_closed") return lostSocket(draft, socket, "connecting");
  if (event.type === "socket_opened") {
    draft.state.socket = { ...socket, open: true, since: now, heard_at: now, pinged_at: now };
  } else heard(draft, { ...socket, heard_at: now }, event.message);
}

function heard(draft: Step, socket: Socket, message: ServerMessage): void {
  draft.state.socket = socket;
  if (message.type === "ping") draft.effects.push({ type: "send", message: { type: "pong" } });
  if (message.type === "error") return; // The service closes next, and the poll that follows tells what is wrong.
  if (message.type === "quota_update" && message.data.seq > (socket.seq ?? -1)) {
    if (!accept(draft, message.data, draft.now)) return;
    socket.seq = message.data.seq;
    live(draft);
  }
  // Only a socket that has told a status can confirm one.
  if (socket.seq !== null) draft.state.confirmed_at = draft.now;
}

/** The socket has told a status: whatever stood in for it ends. */
function live({ state, effects }: Step): void {
  if (state.poll) effects.push({ type: "drop_poll" });
  Object.assign(state, { standing: "live", problem: null, poll: null, poll_at: null, socket_at: null });
}

/** Takes a status over, unless it is another workspace's. */
function accept({ state, now }: Step, status: StatusBody, confirmed_at: number): boolean {
  if (status.workspace_id !== state.target?.workspace_id) return false;
  Object.assign(state, { status, confirmed_at, clock_offset_ms: Date.parse(status.server_time) - now });
  return true;
}

function lostSocket(draft: Step, socket: Socket, standing: "stale" | "connecting"): void {
  const { state, now, random } = draft;
  const steady = socket.seq !== null && now - socket.since >= STEADY_MS;
  state.socket = null;
  state.failures = steady ? 1 : state.failures + 1;
  state.socket_at = now + fullJitter(state.failures, random);
  if (state.standing === "live") state.standing = standing;
  if (!state.poll && state.poll_at === null) startPoll(draft);
}

function polled(draft: Step, result: PollResult): void {
  const { state, now } = draft;
  const asked_at = state.poll?.since ?? now;
  Object.assign(state, { poll: null, poll_at: null });
  if (result.kind === "status") {
    accept(draft, result.status, asked_at);
    Object.assign(state, { standing: "polling", problem: null, poll_at: now + POLL_EVERY_MS });
  } else {
    state.standing = result.kind === "refused" ? "refused" : "offline";
    state.problem = result.sentence;
  }
}

function openSocket({ state, effects, now }: Step): void {
  if (!state.target) return;
  const id = ++state.last_id;
  state.socket = { id, open: false, since: now, heard_at: now, pinged_at: now, seq: null };
  state.socket_at = null;
  effects.push({ type: "open_socket", id, target: state.target });
}

function startPoll({ state, effects, now }: Step): void {
  if (!state.target) return;
  const id = ++state.last_id;
  state.poll = { id, since: now };
  state.poll_at = null;
  effects.push({ type: "poll", id, target: state.target });
}

function hangUp({ state, effects }: Step): void {
  if (state.socket) effects.push({ type: "close_socket" });
  if (state.poll) effects.push({ type: "drop_poll" });
}
