/**
 * The callers' open connections. One periodic sweep closes those that are idle. `node:http` would set a timer after each
 * response instead (`keepAliveTimeout`), which costs a third of the whole response.
 */
import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { IdleTimeout, type Watched } from "../gateway/http/idle_timeout.ts";

/** Connections by socket. */
export class Connections {
  readonly #idle: IdleTimeout;
  readonly #open = new Map<Duplex, Connection>();

  /** @param idle_ms after which an idle connection is closed. */
  constructor(idle_ms: number) {
    this.#idle = new IdleTimeout(idle_ms);
  }

  /** Adds a new connection, which is idle. */
  add(socket: Duplex): void {
    const connection = new Connection(socket, this.#idle);
    this.#open.set(socket, connection);
    this.#idle.start(connection);
    socket.once("close", () => this.remove(socket));
  }

  /** Notes that a request was received: the connection is in use until the response ends. */
  requestStarted(socket: Duplex, response: ServerResponse): void {
    const connection = this.#open.get(socket);
    if (!connection) return;
    connection.requestStarted();
    response.on("close", connection.responseEnded);
  }

  /** Removes a connection that is closed, or that was upgraded to another protocol. */
  remove(socket: Duplex): void {
    const connection = this.#open.get(socket);
    if (connection) this.#idle.stop(connection);
    this.#open.delete(socket);
  }

  /** Closes idle connections immediately, and each of the others when its response ends. */
  close(): void {
    for (const connection of this.#open.values()) connection.closeWhenIdle();
    this.#idle.close();
  }
}

class Connection implements Watched {
  sweep = 0;
  index = -1;
  readonly #socket: Duplex;
  readonly #idle: IdleTimeout;
  /** Requests whose responses have not ended. */
  #pending = 0;
  #closing = false;

  constructor(socket: Duplex, idle: IdleTimeout) {
    this.#socket = socket;
    this.#idle = idle;
  }

  requestStarted(): void {
    if (this.#pending++ === 0) this.#idle.stop(this);
  }

  /** A field, so that no closure is created for each response. */
  readonly responseEnded = (): void => {
    if (--this.#pending > 0) return;
    if (this.#closing) this.#socket.destroy();
    else this.#idle.start(this);
  };

  timedOut(): void {
    this.#socket.destroy();
  }

  closeWhenIdle(): void {
    this.#closing = true;
    if (this.#pending === 0) this.#socket.destroy();
  }
}
