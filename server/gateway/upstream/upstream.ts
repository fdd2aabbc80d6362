/**
 * The provider's API over HTTP/1.1, on connections that are kept open.
 *
 * A client of our own, because no other that runs here sends a call once: Deno's `fetch` and its `node:http` send a request
 * again by themselves when a kept-open connection dies before the answer (denoland/deno#36786), and a call would be paid
 * twice and counted once. It also costs half of what they cost.
 */
import type { Buffer } from "node:buffer";
import { connect, isIP } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { Connection, type Hearer, type Owner } from "./connection.ts";
import { type Headers, requestHead } from "./request_head.ts";

export interface Exchange {
  method: string;
  /** After the base URL, with query. */
  path: string;
  headers: Headers;
  body: Buffer;
}

/** The line of one exchange, for its hearer to hold back or to leave. */
export type Line = Pick<Connection, "pause" | "resume" | "leave">;

export interface Upstream {
  /**
   * Sends; what comes of it is told to `hearer`, later.
   *
   * @throws {Unsendable} for what cannot be sent.
   */
  send(exchange: Exchange, hearer: Hearer): Line;
  /** Ends all connections, those in use too. */
  close(): void;
}

export interface UpstreamOptions {
  /** Certificates to trust besides the usual ones, PEM. */
  ca?: string;
  /** Milliseconds of any clock that does not stand. */
  now?: () => number;
}

/** Connections kept open while nobody uses them. */
const MOST_FREE = 256;

/** A connection unused for longer is not trusted: what stands in between forgets such ones without a word. */
const LONGEST_FREE_MS = 55_000;

/** @param base_url without trailing slash. */
export function createUpstream(base_url: string, options: UpstreamOptions = {}): Upstream {
  const { ca, now = () => performance.now() } = options;
  const { protocol, hostname, port, pathname, host } = new URL(base_url);
  const secure = protocol === "https:";
  const name = hostname.replace(/^\[|\]$/g, "");
  const base = pathname === "/" ? "" : pathname;
  const all = new Set<Connection>();
  const free: { connection: Connection; since_ms: number }[] = [];
  const owner: Owner = {
    free(connection) {
      if (free.length >= MOST_FREE) connection.destroy();
      else free.push({ connection, since_ms: now() });
    },
    gone(connection) {
      all.delete(connection);
      const at = free.findIndex((each) => each.connection === connection);
      if (at >= 0) free.splice(at, 1);
    },
  };
  const address = { host: name, port: Number(port || (secure ? 443 : 80)) };
  const make = () => {
    const servername = isIP(name) ? undefined : name;
    const connection = secure
      ? new Connection(
        connectSecurely({ ...address, servername, ca, ALPNProtocols: ["http/1.1"] }),
        "secureConnect",
        owner,
      )
      : new Connection(connect(address), "connect", owner);
    all.add(connection);
    return connection;
  };
  return {
    send({ method, path, headers, body }, hearer) {
      const head = requestHead(method, `${base}/${path}`, host, headers, body.length);
      const connection = youngest(free, now() - LONGEST_FREE_MS) ?? make();
      connection.send(method, head, body, hearer);
      return connection;
    },
    close: () => all.forEach((connection) => connection.destroy()),
  };
}

/** The one that was used last, so that those which are not needed grow old. */
function youngest(free: { connection: Connection; since_ms: number }[], since_ms: number): Connection | undefined {
  const last = free.pop();
  if (!last || last.since_ms >= since_ms) return last?.connection;
  // The others are older still.
  for (const { connection } of [last, ...free.splice(0)]) connection.destroy();
  return undefined;
}
