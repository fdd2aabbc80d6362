/** A WebSocket of the package `ws` without a network: it records what is done with it. */
import { Buffer } from "node:buffer";
import { EventEmitter } from "node:events";
import type { WebSocket } from "ws";

export class FakeWebSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  isPaused = false;
  /** Messages and other calls, in order. */
  readonly calls: unknown[][] = [];
  /** Called when the network has taken the messages that were sent. */
  readonly #sent: (() => void)[] = [];

  /** The same object with the type that the product code expects. */
  get socket(): WebSocket {
    return this as unknown as WebSocket;
  }

  /** The sent messages. */
  get texts(): unknown[] {
    return this.calls.filter(([name]) => name === "send").map(([, text]) => text);
  }

  receive(data: string | Uint8Array, binary = false): void {
    this.emit("message", Buffer.from(data as string), binary);
  }

  send(data: string | Uint8Array, { binary }: { binary: boolean }, sent: () => void): void {
    this.calls.push(binary ? ["send", data.toString(), "binary"] : ["send", data.toString()]);
    this.#sent.push(sent);
  }

  /** The network takes everything that was sent, but for some bytes. */
  flush(remaining = 0): void {
    this.bufferedAmount = remaining;
    for (const sent of this.#sent.splice(0)) sent();
  }

  ping(data: Uint8Array): void {
    this.calls.push(["ping", data.toString()]);
  }

  pong(data: Uint8Array): void {
    this.calls.push(["pong", data.toString()]);
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  close(...code: unknown[]): void {
    this.readyState = 2;
    this.calls.push(["close", ...code.map((part) => part instanceof Uint8Array ? part.toString() : part)]);
  }

  terminate(): void {
    this.readyState = 3;
    this.calls.push(["terminate"]);
  }
}
