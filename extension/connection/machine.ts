/**
 * The connection's rules, without clock or network: (state, event) → (state, effects). A socket is tried first, and again
 * after each failure. Each failure starts a poll over REST, whose answer decides between `polling` and the failures.
 */
import type { ServerMessage } from "../../shared/events.ts";
import type { StatusBody } from "../../shared/quota.ts";
import { STALE_AFTER_MS } from "../../shared/view.ts";
import { connect, disconnect, type Draft, planAttempt, startPoll, type StepContext } from "./machine_draft.ts";
import type { Failure } from "./failure.ts";
import type { ConnectionEvent, Effect } from "./machine_events.ts";
import {
  initialState,
  isDue,
  type MachineState,
  OPEN_TIMEOUT_MS,
  PING_EVERY_MS,
  POLL_EVERY_MS,
  REFUSED_KEY_RETRY_MS,
  type Socket,
  STABLE_AFTER_MS,
  viewOf,
} from "./machine_state.ts";
import type { PollResult } from "./rest.ts";
import { sameTarget, type Target } from "./target.ts";

/** Returns the next state and the effects to run. The given state is not changed. */
export function step(
  state: MachineState,
  event: ConnectionEvent,
  context: StepContext,
): { state: MachineState; effects: Effect[] } {
  const draft: Draft = { ...context, state: { ...state }, effects: [] };
  apply(draft, event);
  return { state: draft.state, effects: draft.effects };
}

function apply(draft: Draft, event: ConnectionEvent): void {
  const { socket, poll } = draft.state;
  switch (event.type) {
    case "configure":
      return configure(draft, event.target, event.refusal);
    case "refresh":
      return refresh(draft);
    case "tick":
      return tick(draft);
    case "polled":
      return event.id === poll?.id ? polled(draft, event.result) : undefined;
    default:
      return socket && event.id === socket.id ? onSocket(draft, socket, event) : undefined;
  }
}

function configure(draft: Draft, target: Target | null, refusal: string | null): void {
  const before = draft.state;
  disconnect(draft);
  const kept = sameTarget(before.target, target)
    ? { status: before.status, confirmed_at: before.confirmed_at, clock_offset_ms: before.clock_offset_ms }
    : {};
  draft.state = { ...initialState(null), ...kept, last_id: before.last_id, target };
  if (!target) return;
  draft.state.connection = refusal ? "not_permitted" : "connecting";
  draft.state.problem = refusal;
  if (!refusal) connect(draft);
}

/** A connection that works confirms its numbers without an interruption. */
function refresh(draft: Draft): void {
  const { connection, socket, poll, target } = draft.state;
  if (connection === "polling") return poll ? undefined : startPoll(draft);
  if (connection !== "live") return configure(draft, target, null);
  if (socket) ping(draft, socket);
}

function tick(draft: Draft): void {
  const { now, state } = draft;
  // Otherwise the moment at which the numbers became stale would stay due, and the timer would not wait for the poll.
  if (state.connection === "polling") state.connection = viewOf(state, now).connection;
  if (state.socket) checkSocket(draft, state.socket);
  else if (isDue(state.socket_at, now)) connect(draft);
  if (!draft.state.poll && isDue(draft.state.poll_at, now)) startPoll(draft);
}

/** Closes a socket that does not open or receives nothing; pings one that works. */
function checkSocket(draft: Draft, socket: Socket): void {
  const { now } = draft;
  const limit = socket.open ? socket.received_at + STALE_AFTER_MS : socket.since + OPEN_TIMEOUT_MS;
  if (isDue(limit, now)) dropSocket(draft, socket);
  else if (socket.open && isDue(socket.pinged_at + PING_EVERY_MS, now)) ping(draft, socket);
}

function ping({ state, effects, now }: Draft, socket: Socket): void {
  state.socket = { ...socket, pinged_at: now };
  effects.push({ type: "send", message: { type: "ping" } });
}

function dropSocket(draft: Draft, socket: Socket): void {
  draft.effects.push({ type: "close_socket" });
  lostSocket(draft, socket, socket.open ? "stale" : "connecting");
}

function onSocket(
  draft: Draft,
  socket: Socket,
  event: Extract<ConnectionEvent, { type: `socket_${string}` }>,
): void {
  const { now } = draft;
  if (event.type === "socket_closed") return lostSocket(draft, socket, "connecting");
  if (event.type === "socket_opened") {
    draft.state.socket = { ...socket, open: true, since: now, received_at: now, pinged_at: now };
    return;
  }
  // After sleep a message may have waited in a buffer; after a change of our clock, its offset is wrong.
  if (isDue(socket.received_at + STALE_AFTER_MS, now)) return dropSocket(draft, socket);
  if (event.type === "socket_message") return onMessage(draft, { ...socket, received_at: now }, event.message);
  // The socket confirms nothing until its next status that can be read.
  draft.state.socket = { ...socket, received_at: now, seq: null };
  fail(draft, event.failure);
}

function onMessage(draft: Draft, socket: Socket, message: ServerMessage): void {
  draft.state.socket = socket;
  if (message.type === "ping") draft.effects.push({ type: "send", message: { type: "pong" } });
  if (message.type === "error") return; // The service closes the socket next, and the poll after it gets the reason.
  if (message.type === "quota_update" && !isEarlier(message.data, socket, draft.state.status)) {
    if (!accept(draft, message.data, draft.now)) return;
    socket.seq = message.data.seq;
    goLive(draft);
  }
  // Only a socket that has delivered a status can confirm it.
  if (socket.seq !== null) draft.state.confirmed_at = draft.now;
}

/** Whether an update is older than the last one of its socket. A lower `seq` at a later time is of a restarted service. */
function isEarlier({ seq, server_time }: StatusBody, socket: Socket, last: StatusBody | null): boolean {
  if (socket.seq === null || !last || seq > socket.seq) return false;
  return Date.parse(server_time) <= Date.parse(last.server_time);
}

/** The socket has delivered a status: polling ends. */
function goLive({ state, effects }: Draft): void {
  if (state.poll) effects.push({ type: "abort_poll" });
  Object.assign(state, { connection: "live", problem: null, poll: null, poll_at: null, socket_at: null });
}

/** Takes a status unless it is of another workspace. */
function accept({ state, now }: Draft, status: StatusBody, confirmed_at: number): boolean {
  if (status.workspace_id !== state.target?.workspace_id) return false;
  Object.assign(state, { status, confirmed_at, clock_offset_ms: Date.parse(status.server_time) - now });
  return true;
}

function lostSocket(draft: Draft, socket: Socket, connection: "stale" | "connecting"): void {
  const { state, now } = draft;
  const stable = socket.seq !== null && now - socket.since >= STABLE_AFTER_MS;
  state.socket = null;
  planAttempt(draft, stable ? 1 : state.failures + 1);
  if (state.connection === "live") state.connection = connection;
  if (!state.poll && state.poll_at === null) startPoll(draft);
}

/** There are no numbers that could be confirmed; those before are kept. */
function fail({ state }: Draft, { kind, sentence }: Failure): void {
  Object.assign(state, { connection: kind, problem: sentence });
}

function polled(draft: Draft, result: PollResult): void {
  const { state, now } = draft;
  const polled_at = state.poll?.since ?? now;
  Object.assign(state, { poll: null, poll_at: null });
  if (result.kind === "status") {
    accept(draft, result.status, polled_at);
    const every = state.target?.poll_every_ms === undefined ? POLL_EVERY_MS : state.target.poll_every_ms;
    Object.assign(state, { connection: "polling", problem: null, poll_at: every && now + every });
    if (state.target?.live === false) state.failures = 0;
  } else {
    fail(draft, result);
    // Without a socket that fails, only this failure plans the next attempt.
    if (state.target?.live === false) planAttempt(draft, state.failures + 1);
    if (result.kind !== "key_refused") return;
    disconnect(draft);
    Object.assign(state, { socket: null, socket_at: now + REFUSED_KEY_RETRY_MS });
  }
}
