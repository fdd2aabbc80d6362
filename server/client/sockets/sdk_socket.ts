/** A common interface for the SDK's WebSocket classes: the state of the connection, and its events. */
import type { SocketEvent } from "../../attempts/sockets/socket_events.ts";

/** The members of these classes that tracking uses. */
export interface AnySocket {
  send(event: SocketEvent): void;
  sendRaw?(data: unknown): void;
  sendResponseCreate?(event: SocketEvent): void;
  on(event: string, listener: (event: SocketEvent) => void): unknown;
  close(props?: unknown): void;
  flushPending?(): void;
  takePending?(): unknown;
  /** The underlying socket: the runtime's, that of `ws`, or the SDK's wrapper. Replaced at each reconnection. */
  socket: UnderlyingSocket;
  url?: URL;
  _emit?(name: string, event: unknown): void;
  _onError?(...error: unknown[]): void;
}

interface UnderlyingSocket {
  readyState?: number;
  addEventListener?(event: "open" | "close", listener: () => void): unknown;
  on?(event: "open" | "close", listener: () => void): unknown;
}

/** Receives the events of a socket. */
interface SocketListener {
  event(event: SocketEvent): void;
  /** The connection is open, for the first time or again. Queued messages are sent now. */
  opened(): void;
  /** The connection is lost, and the SDK reconnects. */
  lost(): void;
  /** The connection has ended, without reconnection. May be called twice. */
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

  /** Whether a message is sent immediately. */
  get isOpen(): boolean {
    return !this.#reconnecting && (this.#socket.socket.readyState ?? OPEN) === OPEN;
  }

  /** Whether a message is sent, now or after a reconnection. Not if the connection is closing. */
  get isUsable(): boolean {
    return this.#reconnecting || (this.#socket.socket.readyState ?? OPEN) <= OPEN;
  }

  /** Sends, and returns whether the SDK accepted the message. It reports a refusal before it returns. */
  trySend(send: () => void): boolean {
    this.#failed = false;
    send();
    return !this.#failed;
  }

  on({ event, opened, lost, ended }: SocketListener): void {
    const socket = this.#socket;
    socket.on("event", event);
    socket.on("reconnecting", () => (this.#reconnecting = true, lost()));
    socket.on("close", () => (this.#reconnecting = false, ended()));
    socket.on("reconnected", () => {
      this.#reconnecting = false;
      // A socket with `flushPending` sends its queue only when that is called.
      if (!socket.flushPending) opened();
    });
    const underlying = socket.socket;
    const listen = (underlying.addEventListener ?? underlying.on)?.bind(underlying);
    listen?.("open", opened);
    // Some of the SDK's classes emit no "close" event; the others have emitted it before this.
    listen?.("close", () => this.#reconnecting || ended());
  }

  /** Emits an error to the caller as the SDK emits one of the provider. */
  emitError(event: SocketEvent): void {
    this.#socket._emit?.("event", event);
    this.#socket._onError?.(event);
  }

  /** Calls `first` before each call of a method. */
  before(name: "close" | "_onError", first: () => void): void {
    const call = this.#socket[name]?.bind(this.#socket);
    if (call) this.#socket[name] = (...args: unknown[]) => (first(), call(...args));
  }

  /** Calls `then` after each call of a method. */
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
