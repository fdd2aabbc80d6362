/**
 * `/api/quota/ws`: sends the status on connection and on each change. One frame is built for all sockets of a workspace. A
 * slow reader receives only the latest state, and is disconnected when its unread bytes still pile up.
 */
import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Clock } from "../core/clock.ts";
import { instant } from "../core/meter.ts";
import type { StatusBody } from "../../shared/quota.ts";
import type { Tracker } from "../tracker/tracker.ts";
import { parseWorkspaceId } from "../../shared/workspace.ts";
import { Subscriber } from "./subscriber.ts";
import { WORKSPACE_RULE } from "./workspace_id.ts";

/** Clients send only pings and pongs. */
const MAX_MESSAGE_BYTES = 4096;

/** Open sockets. */
const MAX_SOCKETS = 10_000;

/** Interval of pings. A socket that answers none of two is closed with the third, within 45 s. */
export const HEARTBEAT_MS = 15_000;

/** Time for a client to answer the closing handshake. */
const CLOSE_MS = 1000;

/** What the hub is made from. */
interface SocketHubOptions {
  tracker: Tracker;
  clock: Clock;
  max_sockets?: number;
}

/** All open sockets, by the workspace that they watch. */
export class SocketHub {
  readonly #tracker: Tracker;
  readonly #clock: Clock;
  readonly #maxSockets: number;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    // By default ws echoes the first subprotocol that the client offers, which may hold a secret.
    handleProtocols: () => false,
  });
  readonly #watchers = new Map<string, Set<Subscriber>>();
  #size = 0;
  readonly #stops: (() => void)[];

  constructor({ tracker, clock, max_sockets = MAX_SOCKETS }: SocketHubOptions) {
    this.#tracker = tracker;
    this.#clock = clock;
    this.#maxSockets = max_sockets;
    this.#stops = [
      tracker.onChange((id, body) => this.#publish(id, body)),
      clock.every(HEARTBEAT_MS, () => this.#heartbeat()),
    ];
  }

  /** The number of open sockets. */
  get size(): number {
    return this.#size;
  }

  /** Takes over the socket of an upgrade request. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#open(opened, request));
  }

  /** Closes all sockets because the service stops. After `timeout_ms` it disconnects those that did not answer. */
  close(timeout_ms = CLOSE_MS): void {
    for (const stop of this.#stops) stop();
    const watchers = [...this.#watchers.values()].flatMap((some) => [...some]);
    for (const watcher of watchers) watcher.goAway();
    this.#server.close();
    if (watchers.length > 0) this.#clock.after(timeout_ms, () => watchers.forEach((watcher) => watcher.terminate()));
  }

  #open(socket: WebSocket, request: IncomingMessage): void {
    const named = new URL(request.url!, "ws://local").searchParams.get("workspace_id") ?? "default";
    const id = parseWorkspaceId(named);
    const subscriber = new Subscriber(socket);
    if (id === null) {
      const shown = JSON.stringify(named.slice(0, 80));
      return subscriber.refuse("invalid_workspace", `Cannot watch workspace ${shown}: ${WORKSPACE_RULE}`);
    }
    if (this.#size >= this.#maxSockets) {
      return subscriber.refuse(
        "too_many_sockets",
        `Cannot watch "${id}": ${this.#maxSockets} sockets are open already`,
      );
    }
    this.#add(id, subscriber);
    socket.on("close", () => this.#remove(id, subscriber));
    subscriber.send(this.#frame(this.#tracker.status(id)));
  }

  #add(id: string, subscriber: Subscriber): void {
    const watchers = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, watchers.add(subscriber));
    this.#size++;
  }

  #remove(id: string, subscriber: Subscriber): void {
    const watchers = this.#watchers.get(id);
    if (!watchers?.delete(subscriber)) return;
    this.#size--;
    if (watchers.size === 0) this.#watchers.delete(id);
  }

  #publish(id: string, body: () => StatusBody): void {
    const watchers = this.#watchers.get(id);
    if (!watchers) return;
    const frame = this.#frame(body());
    for (const watcher of watchers) watcher.send(frame);
  }

  #frame(data: StatusBody): Buffer {
    const update = { type: "quota_update", data, timestamp: instant(this.#clock.now()) };
    return Buffer.from(JSON.stringify(update));
  }

  #heartbeat(): void {
    for (const watchers of this.#watchers.values()) for (const watcher of watchers) watcher.heartbeat();
  }
}
