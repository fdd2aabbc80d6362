/**
 * Counts what goes over a WebSocket of the SDK's, which no fetch sees: its Realtime and Responses sockets, of the runtime
 * or of `ws`, and whatever else speaks in their events.
 */
import type { TrackingOptions } from "../../attempts/tracking_options.ts";
import { InOrder } from "../../attempts/sockets/in_order.ts";
import { parsed, type SocketEvent } from "../../attempts/sockets/socket_events.ts";
import { type AnySocket, SdkSocket } from "./sdk_socket.ts";
import { SocketTurns, type Turn } from "../../attempts/sockets/socket_turns.ts";

/** What tracking needs of a socket; the SDK's have it. */
export interface EventSocket {
  send(event: never): void;
  on(event: never, listener: never): unknown;
  close(props?: never): void;
  /** The socket below. */
  socket: object;
  url?: URL;
}

export type SocketTracking = TrackingOptions & {
  /** What it is counted under: `realtime`, `responses` or `live`; by default as the socket's URL says. */
  endpoint?: string;
};

/**
 * Tracks a socket, in place. A refused `response.create` is not sent: the socket's `error` event tells it, as it tells an
 * error of the provider's. Where leave has to be asked for elsewhere, what is sent meanwhile waits behind it, in order.
 *
 * A response that the provider begins by itself, as it does when it hears a speaker end, is counted too; where there is no
 * leave for it, it is cancelled.
 *
 * @returns the socket itself.
 */
export function trackSocket<S extends EventSocket>(socket: S, tracking: SocketTracking): S {
  new SocketTracker(socket as unknown as AnySocket, tracking);
  return socket;
}

class SocketTracker {
  readonly #socket: SdkSocket;
  readonly #turns: SocketTurns;
  readonly #order = new InOrder();
  /** What we told the caller ourselves comes by us again. */
  readonly #ours = new WeakSet<object>();
  /** Kept by the SDK until the line is there. */
  readonly #kept = new Set<Turn>();
  #left = false;

  constructor(socket: AnySocket, { endpoint, ...tracking }: SocketTracking) {
    const send = socket.send.bind(socket);
    this.#socket = new SdkSocket(socket);
    const { pathname, searchParams } = socket.url ?? new URL("wss://unknown");
    this.#turns = new SocketTurns({
      ...tracking,
      endpoint: endpoint ?? /\/(?:responses$|live(?=\/))/.exec(pathname)?.[0].slice(1) ?? "realtime",
      model: searchParams.get("model"),
    }, { send, tell: (event) => this.#tell(event) });
    for (const name of ["send", "sendResponseCreate"] as const) {
      this.#watch(socket, name, (sent) => sent as SocketEvent);
    }
    this.#watch(socket, "sendRaw", parsed);
    this.#socket.before("close", () => this.#left = true);
    this.#socket.after("flushPending", () => this.#kept.clear());
    this.#socket.after("takePending", () => this.#giveBack());
    this.#socket.on({
      event: (event) => this.#ours.has(event) || this.#turns.heard(event),
      opened: () => this.#kept.clear(),
      lost: () => this.#turns.lost(this.#left, this.#kept),
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
      const asks = event?.type === "response.create" && this.#socket.takes;
      this.#order.run(asks ? () => this.#create(event, () => send(sent)) : () => send(sent));
    };
  }

  #create(event: SocketEvent, send: () => void): void | Promise<void> {
    const go = (turn: Turn | null) => turn ? this.#send(turn, send) : undefined;
    const turn = this.#turns.create(event);
    return turn instanceof Promise ? turn.then(go) : go(turn);
  }

  #send(turn: Turn, send: () => void): void {
    const { takes, isOpen } = this.#socket;
    if (takes && !isOpen) this.#kept.add(turn);
    // What the SDK would not take has not left, and is said by it.
    if (!this.#socket.accepts(send) || !takes) this.#unsent(turn);
  }

  #unsent(turn: Turn): void {
    this.#kept.delete(turn);
    this.#turns.unsent(turn);
  }

  #giveBack(): void {
    for (const turn of this.#kept) this.#unsent(turn);
  }

  #ended(): void {
    this.#giveBack();
    this.#turns.end(this.#left);
  }

  /** As an error event of the provider's would be told. */
  #tell(event: SocketEvent): void {
    this.#ours.add(event);
    this.#socket.tell(event);
  }
}
