/** Counts the responses of a WebSocket of the SDK, or of any other socket with the same events: they do not use `fetch`. */
import type { TrackingOptions } from "../../attempts/tracking_options.ts";
import { credentialOfKey } from "../../attempts/request/credential.ts";
import { SerialQueue } from "../../attempts/sockets/serial_queue.ts";
import { parsed, type SocketEvent } from "../../attempts/sockets/socket_events.ts";
import { type AnySocket, SdkSocket } from "./sdk_socket.ts";
import { SocketTurns, type Turn } from "../../attempts/sockets/socket_turns.ts";

/** The members of a socket that tracking requires. The SDK's classes have them. */
export interface EventSocket {
  send(event: never): void;
  on(event: never, listener: never): unknown;
  close(props?: never): void;
  /** The underlying socket. */
  socket: object;
  url?: URL;
}

export type SocketTracking = TrackingOptions & {
  /** The endpoint that is counted: `realtime`, `responses` or `live`. By default it is read from the socket's URL. */
  endpoint?: string;
  /** The client that opens the socket, with the key that it sends. */
  client?: { apiKey?: unknown };
};

/**
 * Tracks a socket in place. A refused `response.create` is not sent; the socket's `error` event reports it, like an error of
 * the provider. While the permit of a create is awaited, later messages wait behind it in order.
 *
 * A response that the provider begins by itself, for example when a speaker stops, is counted too. If it is over a limit, it
 * is cancelled.
 *
 * A socket through the gateway of the service that the recorder reports to is left alone, because the gateway counts it.
 *
 * @returns the socket itself.
 */
export function trackSocket<S extends EventSocket>(socket: S, tracking: SocketTracking): S {
  const { service } = tracking.recorder;
  if (socket.url && service?.isGateway(socket.url.href)) return service.countedByGateway?.(), socket;
  new SocketTracker(socket as unknown as AnySocket, tracking);
  return socket;
}

class SocketTracker {
  readonly #socket: SdkSocket;
  readonly #turns: SocketTurns;
  readonly #order = new SerialQueue();
  /** Errors that tracking itself emitted: they arrive at the listener as well. */
  readonly #emitted = new WeakSet<object>();
  /** Creates that the SDK queues until the connection is open. */
  readonly #queued = new Set<Turn>();
  #isClosedByCaller = false;

  constructor(socket: AnySocket, { endpoint, client, ...tracking }: SocketTracking) {
    const send = socket.send.bind(socket);
    this.#socket = new SdkSocket(socket);
    const { host, pathname, searchParams } = socket.url ?? new URL("wss://unknown");
    this.#turns = new SocketTurns({
      ...tracking,
      endpoint: endpoint ?? /\/(?:responses$|live(?=\/))/.exec(pathname)?.[0].slice(1) ?? "realtime",
      model: searchParams.get("model"),
      credential: credentialOfKey(host, client?.apiKey),
    }, { toProvider: send, toCaller: (event) => this.#emitError(event) });
    for (const name of ["send", "sendResponseCreate"] as const) {
      this.#watch(socket, name, (sent) => sent as SocketEvent);
    }
    this.#watch(socket, "sendRaw", parsed);
    this.#socket.before("close", () => this.#isClosedByCaller = true);
    this.#socket.after("flushPending", () => this.#queued.clear());
    this.#socket.after("takePending", () => this.#releaseQueued());
    this.#socket.on({
      event: (event) => this.#emitted.has(event) || this.#turns.received(event),
      opened: () => this.#queued.clear(),
      lost: () => this.#turns.disconnected(this.#isClosedByCaller, this.#queued),
      ended: () => this.#ended(),
    });
  }

  #watch(
    socket: AnySocket,
    name: "send" | "sendRaw" | "sendResponseCreate",
    eventOf: (sent: unknown) => SocketEvent | null,
  ): void {
    const send = (socket[name] as ((sent: unknown) => void) | undefined)?.bind(socket);
    if (!send) return;
    socket[name] = (sent: unknown) => {
      const event = eventOf(sent);
      const asks = event?.type === "response.create" && this.#socket.isUsable;
      // The SDK reports an event that it cannot write before `send` returns.
      if ((asks || this.#order.idle) && name !== "sendRaw" && !isJson(sent)) return send(sent);
      let value = sent;
      this.#order.run(asks ? () => this.#create(event, () => send(value)) : () => send(value));
      // It is sent later, when the caller may have changed it.
      if (this.#order.idle) value = name === "sendRaw" ? copyOfBytes(sent) : JSON.parse(JSON.stringify(sent));
    };
  }

  #create(event: SocketEvent, send: () => void): void | Promise<void> {
    const go = (turn: Turn | null) => turn ? this.#send(turn, send) : undefined;
    const turn = this.#turns.create(event);
    return turn instanceof Promise ? turn.then(go) : go(turn);
  }

  #send(turn: Turn, send: () => void): void {
    const { isUsable, isOpen } = this.#socket;
    if (isUsable && !isOpen) this.#queued.add(turn);
    let isSent = false;
    try {
      // The SDK reports a message that it does not accept, and does not send it. The caller's listener may throw.
      isSent = this.#socket.trySend(send) && isUsable;
    } finally {
      if (!isSent) this.#unsent(turn);
    }
  }

  #unsent(turn: Turn): void {
    this.#queued.delete(turn);
    this.#turns.unsent(turn);
  }

  #releaseQueued(): void {
    for (const turn of this.#queued) this.#unsent(turn);
  }

  #ended(): void {
    this.#releaseQueued();
    this.#turns.close(this.#isClosedByCaller);
  }

  /** Emits an error like one of the provider. */
  #emitError(event: SocketEvent): void {
    this.#emitted.add(event);
    this.#socket.emitError(event);
  }
}

function isJson(sent: unknown): boolean {
  try {
    return typeof JSON.stringify(sent) === "string";
  } catch {
    return false;
  }
}

/** A copy of a raw message. A text cannot be changed. */
function copyOfBytes(sent: unknown): unknown {
  if (Array.isArray(sent)) return sent.map(copyOfBytes);
  if (sent instanceof ArrayBuffer) return sent.slice(0);
  return sent instanceof Uint8Array ? Uint8Array.from(sent) : sent;
}
