/** One direction of a relayed WebSocket. */
import type { Buffer } from "node:buffer";
import type { WebSocket } from "ws";
import type { Clock } from "../../core/clock.ts";

/** Bytes that a side has not taken yet, past which the other is not read. */
const MOST_UNREAD_BYTES = 1024 * 1024;

/** A side that has taken nothing for this long is cut off, in milliseconds. */
export const STALL_MS = 120_000;

/** Passes messages on, at the pace of the side that takes them. */
export class SocketPassage {
  readonly #from: WebSocket;
  readonly #to: WebSocket;
  readonly #clock: Clock;
  readonly #onStall: () => void;
  #cancelStall: (() => void) | null = null;

  constructor(from: WebSocket, to: WebSocket, clock: Clock, onStall: () => void) {
    this.#from = from;
    this.#to = to;
    this.#clock = clock;
    this.#onStall = onStall;
    from.on("ping", (data: Buffer) => this.#whileOpen(() => to.ping(data)));
    from.on("pong", (data: Buffer) => this.#whileOpen(() => to.pong(data)));
  }

  pass(data: Buffer | string, binary = false): void {
    this.#whileOpen(() => this.#to.send(data, { binary }, () => this.#sent()));
    if (this.#to.bufferedAmount > MOST_UNREAD_BYTES && !this.#cancelStall) {
      this.#from.pause();
      this.#cancelStall = this.#clock.after(STALL_MS, this.#onStall);
    }
  }

  /** Reads on, and passes nothing more. */
  end(): void {
    this.#cancelStall?.();
    this.#cancelStall = null;
    this.#from.resume();
  }

  #sent(): void {
    if (this.#cancelStall && this.#to.bufferedAmount <= MOST_UNREAD_BYTES) this.end();
  }

  #whileOpen(send: () => void): void {
    if (this.#to.readyState === this.#to.OPEN) send();
  }
}
