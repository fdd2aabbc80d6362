/** The WebSocket, as the machine's events. */
import type { ClientMessage } from "../../shared/events.ts";
import type { ConnectionEvent } from "./machine.ts";
import { parseMessage } from "./parse.ts";
import { socketUrl, type Target } from "./target.ts";

/** What the adapter needs of a WebSocket, so that a test can hand in its own. */
type SocketFactory = (url: string) => WebSocket;

/** One open or opening socket. */
interface Line {
  send(message: ClientMessage): void;
  /** Closes without a further event. */
  close(): void;
}

/** Opens a socket to the target and tells its events under `id`. Never throws: what cannot open is closed. */
export function openLine(
  id: number,
  target: Target,
  tell: (event: ConnectionEvent) => void,
  create: SocketFactory = (url) => new WebSocket(url),
): Line {
  const end = new AbortController();
  const closed = () => {
    if (end.signal.aborted) return;
    end.abort();
    tell({ type: "socket_closed", id });
  };
  try {
    const socket = create(socketUrl(target));
    const once = { signal: end.signal };
    socket.addEventListener("open", () => tell({ type: "socket_opened", id }), once);
    socket.addEventListener("close", closed, once);
    socket.addEventListener("message", ({ data }) => {
      const message = parseMessage(data);
      if (message) tell({ type: "socket_message", id, message });
    }, once);
    return {
      send: (message) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message)),
      close: () => (end.abort(), socket.close()),
    };
  } catch {
    queueMicrotask(closed); // An address that no socket accepts; the caller is in the middle of a step.
    return { send: () => {}, close: () => end.abort() };
  }
}
