/**
 * The callers' open connections, bounded by address and in all. One periodic sweep closes those that are idle. `node:http` would set a timer after each
 * response instead (`keepAliveTimeout`), which costs a third of the whole response.
 */
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { IdleTimeout, type Watched } from "../gateway/http/idle_timeout.ts";
import { networkOf, type TrustedProxies } from "../access/client_address.ts";
import type { Log } from "../runtime/log.ts";
import { AddressCounts } from "./address_counts.ts";

interface ConnectionsOptions {
  max_connections: number;
  max_connections_per_address: number;
  /** After which an idle connection is closed. */
  idle_timeout_ms: number;
  /** The proxies that connect for many callers. */
  proxies: TrustedProxies;
  log: Log;
}

/** Connections by socket. */
export class Connections {
  readonly #idle: IdleTimeout;
  readonly #open = new Map<Duplex, Connection>();
  readonly #counts: AddressCounts;
  readonly #proxies: TrustedProxies;
  readonly #log: Log;
  /** Connections that were refused since the start. */
  refused = 0;

  constructor(options: ConnectionsOptions) {
    const { max_connections: max, max_connections_per_address: max_per_address, proxies, log } = options;
    this.#idle = new IdleTimeout(options.idle_timeout_ms);
    this.#counts = new AddressCounts({ max, max_per_address });
    this.#proxies = proxies;
    this.#log = log;
  }

  /** Counts a new connection until it is closed. Disconnects it, and returns `false`, if there are too many. */
  accept(socket: Socket): boolean {
    // A caller that has disconnected already has no address.
    const { remoteAddress: address = "" } = socket;
    const network = networkOf(address);
    if (this.#counts.take(network, this.#proxies.isProxy(address))) {
      socket.once("close", () => this.#counts.release(network));
      return true;
    }
    socket.destroy();
    this.#logRefused(address);
    return false;
  }

  get size(): number {
    return this.#open.size;
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

  /** Logs the first refusal, then the second, fourth, eighth, …: an attack must not fill the log. */
  #logRefused(address: string): void {
    const refused = ++this.refused;
    if (Number.isInteger(Math.log2(refused))) this.#log("connections_refused", { refused, latest: address });
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
