/**
 * The callers' lines that carry nothing at present. One sweep over all of them closes those that nobody uses, because
 * `node:http`'s own way, a timer for each answer, costs a third of all that an answer costs (`keepAliveTimeout` is off).
 */
import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type Listening, SilenceWatch } from "../gateway/http/silence.ts";

export class CallerLines {
  readonly #watch: SilenceWatch;
  readonly #lines = new Map<Duplex, Line>();

  /** @param idle_ms after which a line that carries nothing is closed. */
  constructor(idle_ms: number) {
    this.#watch = new SilenceWatch(idle_ms);
  }

  /** A caller has connected. */
  opened(socket: Duplex): void {
    const line = new Line(socket, this.#watch);
    this.#lines.set(socket, line);
    this.#watch.listen(line);
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
    if (line) this.#watch.end(line);
    this.#lines.delete(socket);
  }

  /** Closes those that carry nothing, and each of the others when its answer is over. */
  close(): void {
    for (const line of this.#lines.values()) line.closeOnceIdle();
    this.#watch.close();
  }
}

class Line implements Listening {
  sweep = 0;
  place = -1;
  readonly #socket: Duplex;
  readonly #watch: SilenceWatch;
  /** Requests whose answers are not over. */
  #open = 0;
  #closing = false;

  constructor(socket: Duplex, watch: SilenceWatch) {
    this.#socket = socket;
    this.#watch = watch;
  }

  begin(): void {
    if (this.#open++ === 0) this.#watch.end(this);
  }

  /** Made once a line, not once an answer. */
  readonly end = (): void => {
    if (--this.#open > 0) return;
    if (this.#closing) this.#socket.destroy();
    else this.#watch.listen(this);
  };

  silent(): void {
    this.#socket.destroy();
  }

  closeOnceIdle(): void {
    this.#closing = true;
    if (this.#open === 0) this.#socket.destroy();
  }
}
