/**
 * Keeps the entry of each connection in the request timeout table of Deno's `node:http` server.
 *
 * The server adds an entry to a Map when a request begins and deletes it when the response ends. V8 gives a Map that changes
 * like this a new table every few dozen requests, and each old table points to the next one. All requests then survive the
 * minor garbage collections. With one entry for the life of a connection, a gateway call takes 30 % less processor time:
 * see `docs/decisions/0010-no-per-call-timers-and-map-entries.md`.
 *
 * The table came with https://github.com/denoland/deno/pull/33208 and its hooks with
 * https://github.com/denoland/deno/pull/34356. No public issue describes its cost (searched on 2026-11-26).
 */
import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Log } from "../runtime/log.ts";

interface Entry {
  headersCompleted: boolean;
  /** By `performance.now()`; infinite between requests, so that no timeout applies. */
  startTime: number;
  req: unknown;
}

/** The server's table, as far as it is used here. */
interface ConnectionsList {
  _active: Map<Duplex, Entry>;
  pushActive(socket: Duplex): void;
  popActive(socket: Duplex): void;
  popActiveIfReq(socket: Duplex, request: unknown): void;
}

/** Keeps the entries of a listening server. If the runtime's table has another shape, it is left as it is, and logged. */
export function keepEntries(server: Server, log: Log): void {
  const symbol = Object.getOwnPropertySymbols(server).find((each) => each.description === "http.server.connections");
  const list = symbol && (server as unknown as Record<symbol, unknown>)[symbol];
  if (isConnectionsList(list)) keepEntriesOf(list);
  else log("kept_entries_unsupported", { effect: "calls take more processor time", deno: Deno.version.deno });
}

function keepEntriesOf(list: ConnectionsList): void {
  const push = list.pushActive.bind(list);
  list.pushActive = (socket) => {
    const entry = list._active.get(socket);
    if (entry) mark(entry, false, performance.now());
    else push(socket);
  };
  list.popActive = (socket) => {
    const entry = list._active.get(socket);
    if (entry) mark(entry, true, Infinity);
  };
  list.popActiveIfReq = (socket, request) => {
    const entry = list._active.get(socket);
    if (entry?.req === request) mark(entry!, true, Infinity);
  };
}

function mark(entry: Entry, headersCompleted: boolean, startTime: number): void {
  entry.headersCompleted = headersCompleted;
  entry.startTime = startTime;
  entry.req = null;
}

/** Checks methods instead of `instanceof Map`, because the table belongs to the runtime's own realm. */
function isConnectionsList(list: unknown): list is ConnectionsList {
  const { _active, pushActive, popActive, popActiveIfReq } = (list ?? {}) as Partial<ConnectionsList>;
  return [_active?.get, pushActive, popActive, popActiveIfReq].every((each) => typeof each === "function");
}
