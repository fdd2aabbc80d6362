/** Runs the machine: hands it events, does its effects, keeps its one timer, tells its view. */
import type { View } from "../../shared/view.ts";
import { type ConnectionEvent, type Effect, type PollResult, step } from "./machine.ts";
import { openLine } from "./socket.ts";
import { pollStatus } from "./rest.ts";
import { dueAt, initialState, type State, viewOf } from "./state.ts";
import type { Target } from "./target.ts";

/** What the connector needs of the world; a test hands in its own. */
export interface World {
  now(): number;
  random(): number;
  openLine: typeof openLine;
  pollStatus(target: Target, signal: AbortSignal): Promise<PollResult>;
  /** Calls back once after `ms`; returns what cancels it. */
  after(ms: number, callback: () => void): () => void;
}

/** The real world of a browser. */
const BROWSER_WORLD: World = {
  now: Date.now,
  random: Math.random,
  openLine,
  pollStatus,
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

export class Connector {
  readonly #world: World;
  readonly #publish: (view: View) => void;
  #state: State;
  #line: ReturnType<typeof openLine> | null = null;
  #poll: AbortController | null = null;
  #cancelTimer: () => void = () => {};

  /** @param stored the last snapshot, shown as not fresh until the service confirms it. */
  constructor(stored: View | null, publish: (view: View) => void, world: World = BROWSER_WORLD) {
    this.#world = world;
    this.#publish = publish;
    this.#state = initialState(stored);
  }

  get view(): View {
    return viewOf(this.#state, this.#world.now());
  }

  /** Hands in what happened. */
  readonly tell = (event: ConnectionEvent): void => {
    const { now, random } = this.#world;
    const { state, effects } = step(this.#state, event, { now: now(), random });
    this.#state = state;
    for (const effect of effects) this.#do(effect);
    this.#arm();
    this.#publish(this.view);
  };

  #do(effect: Effect): void {
    switch (effect.type) {
      case "open_socket":
        this.#line = this.#world.openLine(effect.id, effect.target, this.tell);
        return;
      case "close_socket":
        return this.#line?.close();
      case "send":
        return this.#line?.send(effect.message);
      case "poll":
        return this.#ask(effect.id, effect.target);
      case "drop_poll":
        return this.#poll?.abort();
    }
  }

  #ask(id: number, target: Target): void {
    this.#poll = new AbortController();
    void this.#world.pollStatus(target, this.#poll.signal).then((result) => this.tell({ type: "polled", id, result }));
  }

  /** A clock that jumps makes a timer late at most; the alarm ticks as well. */
  #arm(): void {
    this.#cancelTimer();
    const due = dueAt(this.#state);
    if (due === null) return;
    const wait = Math.max(0, due - this.#world.now());
    this.#cancelTimer = this.#world.after(wait, () => this.tell({ type: "tick" }));
  }
}
