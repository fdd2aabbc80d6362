/**
 * Deno's `node:http` puts each request into a Map and takes it out again, to find those that are too slow. V8 gives a Map
 * that changes so a new table every few dozen requests, and each table is held by the one before it, with all that was in
 * it: every request outlives the small garbage collections, which cost a fifth of all that the gateway does. Here a
 * connection's entry stays as long as the connection, and is only marked.
 */
import type { Server } from "node:http";
import type { Duplex } from "node:stream";

interface Entry {
  headersCompleted: boolean;
  /** By `performance.now()`; infinite while nothing is under way: then nothing is too slow. */
  startTime: number;
  req: unknown;
}

/** The server's own list, as far as it is known from outside. */
interface Connections {
  _active: Map<Duplex, Entry>;
  pushActive(socket: Duplex): void;
  popActive(socket: Duplex): void;
  popActiveIfReq(socket: Duplex, request: unknown): void;
}

/**
 * Keeps the entries of a server that listens.
 *
 * @returns `false` where the runtime's list has another shape: then it is left as it is.
 */
export function keepEntries(server: Server): boolean {
  const symbol = Object.getOwnPropertySymbols(server).find((each) => each.description === "http.server.connections");
  const list = symbol && (server as unknown as Record<symbol, unknown>)[symbol];
  if (!isKnown(list)) return false;
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
  return true;
}

function mark(entry: Entry, headersCompleted: boolean, startTime: number): void {
  entry.headersCompleted = headersCompleted;
  entry.startTime = startTime;
  entry.req = null;
}

function isKnown(list: unknown): list is Connections {
  const { _active, pushActive, popActive, popActiveIfReq } = (list ?? {}) as Partial<Connections>;
  // A map of the runtime's own, which is no instance of ours.
  return [_active?.get, pushActive, popActive, popActiveIfReq].every((each) => typeof each === "function");
}
