/** Writes requests to a connection, one after the other. */
import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";

/** A body up to this size is sent in one write with its head. */
const SMALL_BODY_BYTES = 16 << 10;

export class RequestWriter {
  #isWriting = false;

  /** Whether parts of the last request are not written yet. */
  get isWriting(): boolean {
    return this.#isWriting;
  }

  write(socket: Socket, head: string, body: readonly Buffer[]): void {
    const [first] = body;
    if (body.length <= 1 && !(first?.length > SMALL_BODY_BYTES)) {
      socket.write(first?.length > 0 ? head + first.toString("latin1") : head, "latin1");
      return;
    }
    socket.cork();
    socket.write(head, "latin1");
    this.#writeParts(socket, body, 0);
    socket.uncork();
  }

  /** Writes no faster than the upstream reads: the parts that a socket holds back are copied into one. */
  #writeParts(socket: Socket, body: readonly Buffer[], from: number): void {
    let at = from;
    while (at < body.length && socket.write(body[at++]));
    this.#isWriting = at < body.length;
    if (this.#isWriting) socket.once("drain", () => this.#writeParts(socket, body, at));
  }
}
