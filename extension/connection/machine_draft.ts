/** A step in progress, and what several rules do in one: start an attempt, a socket or a poll, plan one, end all. */
import { fullJitter } from "../../shared/backoff.ts";
import type { Effect } from "./machine_events.ts";
import type { MachineState } from "./machine_state.ts";

/** Time and chance, as the rules get them. `now` is local epoch milliseconds. */
export interface StepContext {
  now: number;
  random: () => number;
}

/** A step in progress: its own copy of the state, which the functions below change in place. */
export interface Draft extends StepContext {
  state: MachineState;
  effects: Effect[];
}

/** Plans the next attempt: the more failures in a row, the later. */
export function planAttempt({ state, now, random }: Draft, failures: number): void {
  state.failures = failures;
  state.socket_at = now + fullJitter(failures, random);
}

export function connect(draft: Draft): void {
  draft.state.socket_at = null;
  if (draft.state.target?.live === false) startPoll(draft);
  else startSocket(draft);
}

function startSocket({ state, effects, now }: Draft): void {
  if (!state.target) return;
  const id = ++state.last_id;
  state.socket = { id, open: false, since: now, received_at: now, pinged_at: now, seq: null };
  effects.push({ type: "open_socket", id, target: state.target });
}

export function startPoll({ state, effects, now }: Draft): void {
  if (!state.target) return;
  const id = ++state.last_id;
  state.poll = { id, since: now };
  state.poll_at = null;
  effects.push({ type: "poll", id, target: state.target });
}

export function disconnect({ state, effects }: Draft): void {
  if (state.socket) effects.push({ type: "close_socket" });
  if (state.poll) effects.push({ type: "abort_poll" });
}
