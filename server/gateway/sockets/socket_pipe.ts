/** One direction of a relayed WebSocket. */
import type { Buffer } from "node:buffer";
import type { WebSocket } from "ws";
import type { Clock } from "../../core/clock.ts";

/** Bytes that the receiver has not taken yet, above which the sender is not read. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

/** A receiver that takes nothing for this long is disconnected. */
export const STALL_TIMEOUT_MS = 120_000;

/** Sends messages on, and reads no faster than the receiver takes them. */
export class SocketPipe {
  readonly #from: WebSocket;
  readonly #to: WebSocket;
  readonly #clock: Clock;
  readonly #onStall: () => void;
  /** Set while the sender is paused. */
  #cancelStall: (() => void) | null = null;

  constructor(from: WebSocket, to: WebSocket, clock: Clock, onStall: () => void) {
    this.#from = from;
    this.#to = to;
    this.#clock = clock;
    this.#onStall = onStall;
    from.on("ping", (data: Buffer) => this.#whileOpen(() => to.ping(data)));
    from.on("pong", (data: Buffer) => this.#whileOpen(() => to.pong(data)));
  }

  send(data: Buffer | string, binary = false): void {
    this.#whileOpen(() => this.#to.send(data, { binary }, () => this.#sent()));
    if (this.#to.bufferedAmount > MAX_BUFFERED_BYTES && !this.#cancelStall) {
      this.#from.pause();
      this.#cancelStall = this.#clock.after(STALL_TIMEOUT_MS, this.#onStall);
    }
  }

  /** Ends the back-pressure: the sender is read on, so that its end is noticed. */
  resume(): void {
    this.#cancelStall?.();
    this.#cancelStall = null;
    this.#from.resume();
  }

  #sent(): void {
    if (this.#cancelStall && this.#to.bufferedAmount <= MAX_BUFFERED_BYTES) this.resume();
  }

  #whileOpen(send: () => void): void {
    if (this.#to.readyState === this.#to.OPEN) send();
  }
}
