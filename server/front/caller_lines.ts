/**
 * The callers' lines that carry nothing at present. One sweep over all of them closes those that nobody uses, because
 * `node:http`'s own way, a timer for each answer, costs a third of all that an answer costs (`keepAliveTimeout` is off).
 */
import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { IdleTimeout, type Watched } from "../gateway/http/idle_timeout.ts";

export class CallerLines {
  readonly #idle: IdleTimeout;
  readonly #lines = new Map<Duplex, Line>();

  /** @param idle_ms after which a line that carries nothing is closed. */
  constructor(idle_ms: number) {
    this.#idle = new IdleTimeout(idle_ms);
  }

  /** A caller has connected. */
  opened(socket: Duplex): void {
    const line = new Line(socket, this.#idle);
    this.#lines.set(socket, line);
    this.#idle.start(line);
    socket.once("close", () => this.gone(socket));
  }

  /** A request has come over a line: until its answer is over, the line is in use. */
  begins(socket: Duplex, response: ServerResponse): void {
    const line = this.#lines.get(socket);
    if (!line) return;
    line.begin();
    response.on("close", line.end);
  }

  /** A line that is no more, or speaks something else from now on. */
  gone(socket: Duplex): void {
    const line = this.#lines.get(socket);
    if (line) this.#idle.stop(line);
    this.#lines.delete(socket);
  }

  /** Closes those that carry nothing, and each of the others when its answer is over. */
  close(): void {
    for (const line of this.#lines.values()) line.closeOnceIdle();
    this.#idle.close();
  }
}

class Line implements Watched {
  sweep = 0;
  index = -1;
  readonly #socket: Duplex;
  readonly #idle: IdleTimeout;
  /** Requests whose answers are not over. */
  #open = 0;
  #closing = false;

  constructor(socket: Duplex, idle: IdleTimeout) {
    this.#socket = socket;
    this.#idle = idle;
  }

  begin(): void {
    if (this.#open++ === 0) this.#idle.stop(this);
  }

  /** Made once a line, not once an answer. */
  readonly end = (): void => {
    if (--this.#open > 0) return;
    if (this.#closing) this.#socket.destroy();
    else this.#idle.start(this);
  };

  timedOut(): void {
    this.#socket.destroy();
  }

  closeOnceIdle(): void {
    this.#closing = true;
    if (this.#open === 0) this.#socket.destroy();
  }
}
