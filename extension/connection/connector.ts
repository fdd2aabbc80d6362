/** Runs the machine: passes it events, runs its effects and its one timer, publishes its view. */
import type { View } from "../../shared/view.ts";
import { step } from "./machine.ts";
import type { ConnectionEvent, Effect } from "./machine_events.ts";
import type { openSocket, SocketHandle } from "./socket.ts";
import type { PollResult } from "./rest.ts";
import { dueAt, initialState, type MachineState, viewOf } from "./machine_state.ts";
import type { Target } from "./target.ts";

/** Clock, timer and network of a connector. */
export interface Environment {
  now(): number;
  random(): number;
  openSocket: typeof openSocket;
  pollStatus(target: Target, signal: AbortSignal): Promise<PollResult>;
  /** Calls back once after `ms`; returns what cancels it. */
  after(ms: number, callback: () => void): () => void;
}

export class Connector {
  readonly #environment: Environment;
  readonly #publish: (view: View) => void;
  #state: MachineState;
  #socket: SocketHandle | null = null;
  #poll: AbortController | null = null;
  #cancelTimer: () => void = () => {};

  /** @param stored the last snapshot. It is not shown as current until the service confirms it. */
  constructor(stored: View | null, publish: (view: View) => void, environment: Environment) {
    this.#environment = environment;
    this.#publish = publish;
    this.#state = initialState(stored);
  }

  get view(): View {
    return viewOf(this.#state, this.#environment.now());
  }

  readonly dispatch = (event: ConnectionEvent): void => {
    const { now, random } = this.#environment;
    const { state, effects } = step(this.#state, event, { now: now(), random });
    this.#state = state;
    for (const effect of effects) this.#run(effect);
    this.#arm();
    this.#publish(this.view);
  };

  #run(effect: Effect): void {
    switch (effect.type) {
      case "open_socket":
        this.#socket = this.#environment.openSocket(effect.id, effect.target, this.dispatch);
        return;
      case "close_socket":
        return this.#socket?.close();
      case "send":
        return this.#socket?.send(effect.message);
      case "poll":
        return this.#startPoll(effect.id, effect.target);
      case "abort_poll":
        return this.#poll?.abort();
    }
  }

  #startPoll(id: number, target: Target): void {
    this.#poll = new AbortController();
    void this.#environment.pollStatus(target, this.#poll.signal).then((result) =>
      this.dispatch({ type: "polled", id, result })
    );
  }

  /** If the clock jumps, this timer fires at the wrong time; the background's alarm ticks too. */
  #arm(): void {
    this.#cancelTimer();
    const due = dueAt(this.#state);
    if (due === null) return;
    const wait = Math.max(0, due - this.#environment.now());
    this.#cancelTimer = this.#environment.after(wait, () => this.dispatch({ type: "tick" }));
  }
}
