/**
 * Open connections that carry no exchange.
 *
 * A faulty upstream may send a second response right after one that was complete. If the connection carried another call by
 * then, that call would get a response that is not its own. So a connection rests before it is used again: whatever
 * arrives meanwhile closes it. One timer serves all connections, and only while one of them rests.
 */
import type { Clock } from "../../core/clock.ts";
import type { Connection } from "./connection.ts";

/** A connection rests for one to two of these spans, so that the event loop has read what arrived in the first one. */
export const REST_MS = 5;

/** Connections kept open while they carry no exchange: at 20,000 calls a second, about 150 of them rest. */
const MAX_IDLE = 1024;

/** After this long a firewall or proxy on the way may have dropped the connection without telling. */
const MAX_IDLE_MS = 55_000;

export class IdleConnections {
  readonly #clock: Clock;
  /** Since the last tick, and since the tick before. */
  #resting: [latest: Connection[], earlier: Connection[]] = [[], []];
  #ready: Connection[] = [];
  #cancelTick: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(connection: Connection): void {
    if (this.#resting[0].length + this.#resting[1].length + this.#ready.length >= MAX_IDLE) return connection.close();
    this.#resting[0].push(connection);
    this.#cancelTick ??= this.#clock.every(REST_MS, () => this.#tick());
  }

  /** The rested connection that was used last, so that those which are not needed grow old. */
  take(): Connection | undefined {
    const last = this.#ready.pop();
    if (!last || last.idle_since_ms >= this.#clock.now() - MAX_IDLE_MS) return last;
    // The others are older still.
    for (const connection of [last, ...this.#ready.splice(0)]) connection.close();
  }

  delete(connection: Connection): void {
    for (const list of [this.#ready, ...this.#resting]) {
      const at = list.indexOf(connection);
      if (at >= 0) list.splice(at, 1);
    }
  }

  /** Stops the timer. */
  close(): void {
    this.#cancelTick?.();
    this.#cancelTick = null;
  }

  #tick(): void {
    const [latest, earlier] = this.#resting;
    const now = this.#clock.now();
    for (const connection of earlier) connection.idle_since_ms = now;
    this.#ready.push(...earlier);
    this.#resting = [[], latest];
    if (latest.length === 0) this.close();
  }
}
