/**
 * `/api/quota/ws`: a status at once, then on each change. The frame of a change is built once for all who watch; who reads
 * slowly gets the latest state alone, and is cut off when even that piles up.
 */
import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Clock } from "../core/clock.ts";
import { instant } from "../core/meter.ts";
import type { Tracker } from "../tracker/tracker.ts";
import { parseWorkspaceId } from "../../shared/workspace.ts";
import { Subscriber } from "./subscriber.ts";
import { WORKSPACE_RULE } from "./workspace_id.ts";

/** A client's largest message: it only ever says ping or pong. */
const MOST_MESSAGE_BYTES = 4096;

/** Sockets at once. */
const MOST_SOCKETS = 10_000;

/** Between two rounds of pings: a socket that has not been heard from by the third is gone, within 45 s. */
export const HEARTBEAT_MS = 15_000;

/** Time to answer a goodbye. */
const GOODBYE_MS = 1000;

/** Whose changes it sends, and by which clock it looks for signs of life. */
interface SocketHubOptions {
  tracker: Tracker;
  clock: Clock;
}

/** Every open socket, by the workspace that it watches. */
export class SocketHub {
  readonly #tracker: Tracker;
  readonly #clock: Clock;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_MESSAGE_BYTES,
    perMessageDeflate: false,
    // No subprotocol is ours; echoing the first one offered would put whatever is in it on the wire.
    handleProtocols: () => false,
  });
  readonly #watchers = new Map<string, Set<Subscriber>>();
  #size = 0;
  readonly #stops: (() => void)[];

  constructor({ tracker, clock }: SocketHubOptions) {
    this.#tracker = tracker;
    this.#clock = clock;
    this.#stops = [tracker.onChange((id) => this.#publish(id)), clock.every(HEARTBEAT_MS, () => this.#heartbeat())];
  }

  /** Sockets open now. */
  get size(): number {
    return this.#size;
  }

  /** Takes over an upgrade that was let in. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#open(opened, request));
  }

  /** Says goodbye to everyone: the service is going away. Who has not left after `patience_ms` is cut off. */
  close(patience_ms = GOODBYE_MS): void {
    for (const stop of this.#stops) stop();
    const watchers = [...this.#watchers.values()].flatMap((some) => [...some]);
    for (const watcher of watchers) watcher.bye();
    this.#server.close();
    if (watchers.length > 0) this.#clock.after(patience_ms, () => watchers.forEach((watcher) => watcher.cut()));
  }

  #open(socket: WebSocket, request: IncomingMessage): void {
    const named = new URL(request.url!, "ws://local").searchParams.get("workspace_id") ?? "default";
    const id = parseWorkspaceId(named);
    const subscriber = new Subscriber(socket);
    if (id === null) {
      const shown = JSON.stringify(named.slice(0, 80));
      return subscriber.refuse("invalid_workspace", `Cannot watch workspace ${shown}: ${WORKSPACE_RULE}`);
    }
    if (this.#size >= MOST_SOCKETS) {
      return subscriber.refuse("too_many_sockets", `Cannot watch "${id}": ${MOST_SOCKETS} sockets are open already`);
    }
    this.#add(id, subscriber);
    socket.on("close", () => this.#remove(id, subscriber));
    subscriber.send(this.#frame(id));
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

  #publish(id: string): void {
    const watchers = this.#watchers.get(id);
    if (!watchers) return;
    const frame = this.#frame(id);
    for (const watcher of watchers) watcher.send(frame);
  }

  #frame(id: string): Buffer {
    const update = { type: "quota_update", data: this.#tracker.status(id), timestamp: instant(this.#clock.now()) };
    return Buffer.from(JSON.stringify(update));
  }

  #heartbeat(): void {
    for (const watchers of this.#watchers.values()) for (const watcher of watchers) watcher.heartbeat();
  }
}
