/** Many browsers lose the service at the same time and connect again, on a simulated clock. */
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { NOON, statusBody, wire } from "../../tests/support/statuses.ts";
import { step } from "./machine.ts";
import type { ConnectionEvent, Effect } from "./machine_events.ts";
import { dueAt, initialState, type MachineState } from "./machine_state.ts";

const CLIENTS = 10_000;
const TARGET = { server_url: "http://127.0.0.1:8787", workspace_id: "acme" };

/** The steps of the simulation. */
const TICK_MS = 100;

/** A generator of numbers from 0 to 1, the same in every run (mulberry32). */
function randomNumbers(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A browser's connection to a service that is up or down, and can open only so many sockets in a step. */
class Storm {
  now = NOON;
  isUp = true;
  /** Sockets that the service opens in a step. Others are refused. */
  capacity = Infinity;
  /** Attempts to open a socket, by step. */
  attempts: number[] = [];
  readonly #random = randomNumbers(43);
  readonly #clients: MachineState[] = Array.from({ length: CLIENTS }, () => initialState(null));
  #opened = 0;

  get live(): number {
    return this.#clients.filter(({ connection }) => connection === "live").length;
  }

  dispatchAll(event: (state: MachineState) => ConnectionEvent): void {
    for (let client = 0; client < CLIENTS; client++) this.#dispatch(client, event(this.#clients[client]));
  }

  /** Lets time pass, and fires the timers that are due. */
  advance(ms: number): void {
    for (const end = this.now + ms; this.now < end;) {
      this.now += TICK_MS;
      this.#opened = 0;
      this.attempts.push(0);
      for (let client = 0; client < CLIENTS; client++) {
        const due = dueAt(this.#clients[client]);
        if (due !== null && due <= this.now) this.#dispatch(client, { type: "tick" });
      }
    }
  }

  #dispatch(client: number, event: ConnectionEvent): void {
    const { state, effects } = step(this.#clients[client], event, { now: this.now, random: this.#random });
    this.#clients[client] = state;
    for (const effect of effects) this.#run(client, effect);
  }

  #run(client: number, effect: Effect): void {
    if (effect.type === "poll") {
      const data = statusBody({ server_time: wire(this.now) });
      const result = this.isUp ? { kind: "status", status: data } as const : UNREACHABLE;
      this.#dispatch(client, { type: "polled", id: effect.id, result });
    }
    if (effect.type === "open_socket") this.#open(client, effect.id);
  }

  #open(client: number, id: number): void {
    this.attempts[this.attempts.length - 1]++;
    if (!this.isUp || this.#opened >= this.capacity) return this.#dispatch(client, { type: "socket_closed", id });
    this.#opened++;
    this.#dispatch(client, { type: "socket_opened", id });
    const data = statusBody({ seq: 1, server_time: wire(this.now) });
    const message = { type: "quota_update", data, timestamp: wire(this.now) } as const;
    this.#dispatch(client, { type: "socket_message", id, message });
  }
}

const UNREACHABLE = { kind: "offline", sentence: "gone" } as const;

/** All clients are live, then lose the service together. */
function lostTogether(): Storm {
  const storm = new Storm();
  storm.attempts.push(0);
  storm.dispatchAll(() => ({ type: "configure", target: TARGET, refusal: null }));
  storm.advance(12_000);
  assertEquals(storm.live, CLIENTS);
  storm.isUp = false;
  storm.dispatchAll(({ socket }) => ({ type: "socket_closed", id: socket!.id }));
  return storm;
}

for (const down_s of [0, 10, 60]) {
  Deno.test(`FAULT 43: 99 % of ${CLIENTS} are live again 30 s after an outage of ${down_s} s`, () => {
    const storm = lostTogether();
    storm.advance(down_s * 1000);
    // A small service: it opens 1,000 sockets a second, and refuses the others.
    Object.assign(storm, { isUp: true, capacity: TICK_MS, attempts: [] });
    storm.advance(30_000);
    assert(storm.live >= CLIENTS * 0.99, `${storm.live} of ${CLIENTS} are live`);
  });
}

Deno.test("FAULT 43: attempts are spread over the whole wait, so that no moment has more than a few of them", () => {
  const storm = lostTogether();
  storm.advance(60_000);
  Object.assign(storm, { isUp: true, attempts: [] });
  storm.advance(30_000);
  // A uniform spread over 30 s has 33 attempts in a step.
  const busiest = Math.max(...storm.attempts);
  assert(busiest < 100, `${busiest} attempts within ${TICK_MS} ms`);
});
