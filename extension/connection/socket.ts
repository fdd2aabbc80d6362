/** Turns a WebSocket into events of the machine. */
import type { ClientMessage } from "../../shared/events.ts";
import type { ConnectionEvent } from "./machine_events.ts";
import { failureOf } from "./describe_fault.ts";
import type { Describe } from "./failure.ts";
import { parseMessage } from "./parse.ts";
import { requestTicket } from "./rest.ts";
import { socketUrl, type Target } from "./target.ts";

/** Makes the WebSocket; tests pass their own. */
type SocketFactory = (url: string) => WebSocket;

/** Gets a ticket; null for a service without keys. Another source than {@link withKey} needs no key. */
type TicketSource = (target: Target, signal: AbortSignal) => Promise<string> | null;

const withKey: TicketSource = (target, signal) => target.key ? requestTicket(target, signal) : null;

/** An open or opening socket. */
export interface SocketHandle {
  /** Sends nothing before the socket is open. */
  send(message: ClientMessage): void;
  /** Closes; no event follows. */
  close(): void;
}

/**
 * Opens a socket to the target and dispatches its events with `id`. Where it needs a ticket, it gets that first and sends
 * it as the first message. Never throws: if it cannot open, it is closed.
 */
export function openSocket(
  id: number,
  target: Target,
  dispatch: (event: ConnectionEvent) => void,
  create: SocketFactory = newSocket,
  getTicket: TicketSource = withKey,
): SocketHandle {
  return openSocketWith(failureOf, id, target, dispatch, create, getTicket);
}

const newSocket: SocketFactory = (url) => new WebSocket(url);

/**
 * As {@link openSocket}, in other words.
 *
 * @param describe for a reader who may have no extension.
 */
export function openSocketWith(
  describe: Describe,
  id: number,
  target: Target,
  dispatch: (event: ConnectionEvent) => void,
  create: SocketFactory = newSocket,
  getTicket: TicketSource = withKey,
): SocketHandle {
  const end = new AbortController();
  const { signal } = end;
  let socket: WebSocket | null = null;
  const closed = () => {
    if (signal.aborted) return;
    end.abort();
    dispatch({ type: "socket_closed", id });
  };
  const open = (ticket: string | null) => {
    if (signal.aborted) return;
    const opening = socket = create(socketUrl(target));
    opening.addEventListener("open", () => {
      if (ticket !== null) opening.send(JSON.stringify({ type: "auth", ticket }));
      dispatch({ type: "socket_opened", id });
    }, { signal });
    opening.addEventListener("close", closed, { signal });
    opening.addEventListener("message", ({ data }) => {
      const message = parseMessage(data);
      if (typeof message === "string") {
        dispatch({ type: "socket_unreadable", id, failure: describe(message, { target }) });
      } else if (message) dispatch({ type: "socket_message", id, message });
    }, { signal });
  };
  // Without a ticket, the socket is created synchronously. A failure is not: the machine is in the middle of a step.
  void (async (ticket = getTicket(target, signal)) => open(ticket && await ticket))().catch(closed);
  return {
    send: (message) => socket?.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message)),
    close: () => (end.abort(), socket?.close()),
  };
}
