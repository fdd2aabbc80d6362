/** A socket without a network: the test decides which bytes arrive, and in which pieces. */
import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";

/** Waits until the event loop has run everything that is due. */
export async function settle(turns = 6): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Implements the methods that a client of `node:net` calls on its socket. */
export class ScriptedSocket extends Duplex {
  /** Resolves when the next request is written. */
  written = Promise.withResolvers<void>();

  override _read(): void {}

  override _write(_bytes: Buffer, _encoding: string, done: () => void): void {
    this.written.resolve();
    done();
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  /** Receives these pieces, each in a turn of the event loop of its own. */
  async receive(pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      if (!this.destroyed) this.push(piece);
      await settle(1);
    }
    await settle();
  }

  /** The same object with the type that the product code expects. */
  asSocket(): Socket {
    return this as unknown as Socket;
  }
}
