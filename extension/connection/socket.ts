/** Turns a WebSocket into events of the machine. */
import type { ClientMessage } from "../../shared/events.ts";
import type { ConnectionEvent } from "./machine.ts";
import { parseMessage } from "./parse.ts";
import { socketUrl, type Target } from "./target.ts";

/** Makes the WebSocket; tests pass their own. */
type SocketFactory = (url: string) => WebSocket;

/** An open or opening socket. */
export interface SocketHandle {
  /** Sends nothing before the socket is open. */
  send(message: ClientMessage): void;
  /** Closes; no event follows. */
  close(): void;
}

/** Opens a socket to the target and dispatches its events with `id`. Never throws: if it cannot open, it is closed. */
export function openSocket(
  id: number,
  target: Target,
  dispatch: (event: ConnectionEvent) => void,
  create: SocketFactory = (url) => new WebSocket(url),
): SocketHandle {
  const end = new AbortController();
  const closed = () => {
    if (end.signal.aborted) return;
    end.abort();
    dispatch({ type: "socket_closed", id });
  };
  try {
    const socket = create(socketUrl(target));
    const options = { signal: end.signal };
    socket.addEventListener("open", () => dispatch({ type: "socket_opened", id }), options);
    socket.addEventListener("close", closed, options);
    socket.addEventListener("message", ({ data }) => {
      const message = parseMessage(data);
      if (message) dispatch({ type: "socket_message", id, message });
    }, options);
    return {
      send: (message) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message)),
      close: () => (end.abort(), socket.close()),
    };
  } catch {
    queueMicrotask(closed); // The address is invalid. Not synchronously: the machine is in the middle of a step.
    return { send: () => {}, close: () => end.abort() };
  }
}
