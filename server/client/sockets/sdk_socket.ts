/** A WebSocket class of the SDK's, whichever: what can be told of its line, and what it tells. */
import type { SocketEvent } from "../../attempts/sockets/socket_events.ts";

/** Any of them, with types that fit what is done here. */
export interface AnySocket {
  send(event: SocketEvent): void;
  sendRaw?(data: unknown): void;
  sendResponseCreate?(event: SocketEvent): void;
  on(event: string, listener: (event: SocketEvent) => void): unknown;
  close(props?: unknown): void;
  flushPending?(): void;
  takePending?(): unknown;
  /** The socket below: the runtime's, that of `ws`, or the SDK's cover of it. Another after each reconnection. */
  socket: Below;
  url?: URL;
  _emit?(name: string, event: unknown): void;
  _onError?(...error: unknown[]): void;
}

interface Below {
  readyState?: number;
  addEventListener?(event: "open" | "close", listener: () => void): unknown;
  on?(event: "open" | "close", listener: () => void): unknown;
}

/** What a socket tells. */
interface Listeners {
  event(event: SocketEvent): void;
  /** The line is there, for the first time or again; what was kept for it goes out now. */
  opened(): void;
  /** The line is gone, and there will be another. */
  lost(): void;
  /** The line is gone for good. It may be told twice. */
  ended(): void;
}

const OPEN = 1;

export class SdkSocket {
  readonly #socket: AnySocket;
  #reconnecting = false;
  #failed = false;

  constructor(socket: AnySocket) {
    this.#socket = socket;
    this.before("_onError", () => this.#failed = true);
  }

  /** Whether what is sent goes out at once. */
  get isOpen(): boolean {
    return !this.#reconnecting && (this.#socket.socket.readyState ?? OPEN) === OPEN;
  }

  /** Whether what is sent goes out at all, now or later: not on a line that is ending for good. */
  get takes(): boolean {
    return this.#reconnecting || (this.#socket.socket.readyState ?? OPEN) <= OPEN;
  }

  /** Sends; whether the SDK took it. What it does not take it says on the spot. */
  accepts(send: () => void): boolean {
    this.#failed = false;
    send();
    return !this.#failed;
  }

  on({ event, opened, lost, ended }: Listeners): void {
    const socket = this.#socket;
    socket.on("event", event);
    socket.on("reconnecting", () => (this.#reconnecting = true, lost()));
    socket.on("close", () => (this.#reconnecting = false, ended()));
    socket.on("reconnected", () => {
      this.#reconnecting = false;
      // Where it keeps until it is told, it has not sent yet.
      if (!socket.flushPending) opened();
    });
    const below = socket.socket;
    const listen = (below.addEventListener ?? below.on)?.bind(below);
    listen?.("open", opened);
    // Not every one of the SDK's sockets tells of its end itself; those that do have done so by now.
    listen?.("close", () => this.#reconnecting || ended());
  }

  /** Tells the caller of an error, as the SDK tells one of the provider's. */
  tell(event: SocketEvent): void {
    this.#socket._emit?.("event", event);
    this.#socket._onError?.(event);
  }

  before(name: "close" | "_onError", first: () => void): void {
    const call = this.#socket[name]?.bind(this.#socket);
    if (call) this.#socket[name] = (...args: unknown[]) => (first(), call(...args));
  }

  after(name: "flushPending" | "takePending", then: () => void): void {
    const call = this.#socket[name]?.bind(this.#socket) as (() => unknown) | undefined;
    if (!call) return;
    this.#socket[name] = () => {
      const result = call();
      then();
      return result;
    };
  }
}
