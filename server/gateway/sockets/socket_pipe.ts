/** One direction of a relayed WebSocket. */
import type { Buffer } from "node:buffer";
import type { WebSocket } from "ws";
import type { Clock } from "../../core/clock.ts";

/** Bytes that the receiver has not taken yet, above which the sender is not read. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

/** A receiver that takes nothing for this long is disconnected. */
export const STALL_TIMEOUT_MS = 120_000;

/** Sends messages on, and reads no faster than the receiver takes them and the service reads them. */
export class SocketPipe {
  readonly #from: WebSocket;
  readonly #to: WebSocket;
  readonly #clock: Clock;
  readonly #onStall: () => void;
  /** Set while the receiver has not taken what was sent. */
  #cancelStall: (() => void) | null = null;
  #isHeld = false;
  #isReleased = false;

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
    if (this.#to.bufferedAmount <= MAX_BUFFERED_BYTES || this.#cancelStall || this.#isReleased) return;
    this.#cancelStall = this.#clock.after(STALL_TIMEOUT_MS, this.#onStall);
    this.#readOrPause();
  }

  /** Whether the sender is not read for a reason of the relay's own. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#readOrPause();
  }

  /** Reads the sender from now on, so that its end is noticed. */
  release(): void {
    this.#cancelStall?.();
    this.#cancelStall = null;
    this.#isReleased = true;
    this.#readOrPause();
  }

  #sent(): void {
    if (!this.#cancelStall || this.#to.bufferedAmount > MAX_BUFFERED_BYTES) return;
    this.#cancelStall();
    this.#cancelStall = null;
    this.#readOrPause();
  }

  #readOrPause(): void {
    if (!this.#isReleased && (this.#isHeld || this.#cancelStall)) this.#from.pause();
    else this.#from.resume();
  }

  #whileOpen(send: () => void): void {
    if (this.#to.readyState === this.#to.OPEN) send();
  }
}
