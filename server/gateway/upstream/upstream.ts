/**
 * The provider's API over HTTP/1.1, on connections that are kept open.
 *
 * Every call is sent once. Deno's `fetch` and `node:http` send a request again by themselves when a kept-open connection
 * closes before the response (denoland/deno#36786): the provider would charge for two calls and the service count one.
 * undici's `Pool` also sends once; why this client exists all the same: docs/decisions/0001-upstream-client-of-our-own.md.
 */
import type { Buffer } from "node:buffer";
import { Connection, type ConnectionOwner } from "./connection.ts";
import type { ResponseHandler } from "./response_handler.ts";
import { createDial, type DialOptions } from "./create_dial.ts";
import { IdleConnections } from "./idle_connections.ts";

export interface Exchange {
  method: string;
  /** Follows the base URL, with its query. */
  path: string;
  /** A path from the root, with its query, in place of {@link path}: a redirect leads there. */
  target?: string;
  headers: Headers;
  /** The parts of its bytes. */
  body: readonly Buffer[];
}

/** Bytes of a body. */
export function lengthOf(body: readonly Uint8Array[]): number {
  return body.length === 1 ? body[0].length : body.reduce((sum, { length }) => sum + length, 0);
}

/** Controls one exchange on behalf of its handler. */
export type ExchangeControl = Pick<Connection, "pause" | "resume" | "abort">;

export interface Upstream {
  /** With its port, unless that is the scheme's own. */
  readonly host: string;
  /** Without a trailing slash. */
  readonly base_url: string;
  /**
   * Sends a request; `handler` is called later, never before this returns.
   *
   * @throws {Unsendable} for a request that HTTP cannot carry.
   */
  send(exchange: Exchange, handler: ResponseHandler): ExchangeControl;
  /** Closes all connections, those in use too. */
  close(): void;
}

/** @param base_url without trailing slash. */
export function createUpstream(base_url: string, options: DialOptions): Upstream {
  const { pathname, host } = new URL(base_url);
  const base = pathname === "/" ? "" : pathname;
  const dial = createDial(base_url, options);
  const all = new Set<Connection>();
  const idle = new IdleConnections(options.clock);
  const owner: ConnectionOwner = {
    idle: (connection) => idle.add(connection),
    closed(connection) {
      all.delete(connection);
      idle.delete(connection);
    },
  };
  const open = () => {
    const connection = new Connection(dial, owner);
    all.add(connection);
    return connection;
  };
  return {
    host,
    base_url,
    send({ method, path, target = `${base}/${path}`, headers, body }, handler) {
      const head = requestHead(method, target, host, headers, lengthOf(body));
      const connection = idle.take() ?? open();
      connection.send(method, head, body, handler);
      return connection;
    },
    close() {
      idle.close();
      for (const connection of all) connection.close();
    },
  };
}

/** The head of an HTTP/1.1 request. */

/** Any other character could begin another line. */
const TARGET = /^[!-~]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Raised for a request that HTTP cannot carry. */
export class Unsendable extends Error {
  override name = "Unsendable";
}

type Headers = Readonly<Record<string, string | string[]>>;

/**
 * Writes the head of a request.
 *
 * @param headers whose names are valid: they come from a server that has parsed them.
 * @param length of the body that follows.
 * @throws {Unsendable} for a target or a value that cannot be sent.
 */
function requestHead(method: string, target: string, host: string, headers: Headers, length: number): string {
  if (!TARGET.test(target)) throw new Unsendable(`Cannot send to ${JSON.stringify(target.slice(0, 100))}: escape it`);
  let head = `${method} ${target} HTTP/1.1\r\nhost: ${host}\r\n`;
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === "string") head += line(name, value);
    else for (const one of value) head += line(name, one);
  }
  // Without a length, a server may wait for the body of a POST.
  if (length > 0 || method === "POST" || method === "PUT" || method === "PATCH") {
    head += `content-length: ${length}\r\n`;
  }
  return head + "\r\n";
}

function line(name: string, value: string): string {
  if (!VALUE.test(value)) {
    throw new Unsendable(`Cannot send the header "${name}": it has a character that HTTP does not allow`);
  }
  return `${name}: ${value}\r\n`;
}
