/** The caller's messages on their way to the upstream, in their order. */
import type { Buffer } from "node:buffer";
import { SerialQueue } from "../../attempts/sockets/serial_queue.ts";
import type { SocketEvent } from "../../attempts/sockets/socket_events.ts";
import type { SocketTurns } from "../../attempts/sockets/socket_turns.ts";
import { parseCreate } from "./socket_message.ts";
import type { SocketPipe } from "./socket_pipe.ts";

/** Messages that are kept while a create before them waits for its permit. */
const MAX_KEPT_BYTES = 1024 * 1024;

/** Sends messages on. A create waits for its permit, and a large message until it is read; those behind it wait, too. */
export class CallerQueue {
  readonly #turns: SocketTurns;
  readonly #pipe: SocketPipe;
  readonly #order = new SerialQueue();
  #keptBytes = 0;

  constructor(turns: SocketTurns, pipe: SocketPipe) {
    this.#turns = turns;
    this.#pipe = pipe;
  }

  push(data: Buffer, binary: boolean): void {
    const forward = () => this.#pipe.send(data, binary);
    const create = parseCreate(data);
    const next = (event: SocketEvent | null) => event ? this.#create(event, data, forward) : forward();
    if (create instanceof Promise) this.#order.run(() => create.then(next));
    else this.#order.run(() => next(create));
    if (this.#order.idle) this.#keep(this.#order.idle, data.length);
  }

  #create(event: SocketEvent, data: Buffer, forward: () => void): void | Promise<void> {
    const turn = this.#turns.create(event, [data]);
    if (turn instanceof Promise) return turn.then((turn) => turn ? forward() : undefined);
    if (turn) forward();
  }

  /** Above a maximum the caller is not read, so their end is not noticed either. */
  #keep(idle: Promise<void>, bytes: number): void {
    this.#keptBytes += bytes;
    if (this.#keptBytes > MAX_KEPT_BYTES) this.#pipe.hold(true);
    void idle.then(() => {
      if (this.#order.idle) return;
      this.#keptBytes = 0;
      this.#pipe.hold(false);
    });
  }
}
