/**
 * `/api/quota/ws`: sends the status on connection and on each change. One frame is built for all sockets of a workspace. A
 * slow reader receives only the latest state, and is disconnected when its unread bytes still pile up.
 */
import type { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { type AccessControl, admitRequest, type Admitted, isRefused } from "../access/access_control.ts";
import type { Tickets } from "../access/tickets.ts";
import type { Clock } from "../core/clock.ts";
import { instant } from "../core/meter.ts";
import type { StatusBody } from "../../shared/quota.ts";
import type { Tracker } from "../tracker/tracker.ts";
import { DEFAULT_WORKSPACE, parseWorkspaceId } from "../../shared/workspace.ts";
import { Audience } from "./audience.ts";
import { Subscriber } from "./subscriber.ts";
import { textFrame } from "./text_frame.ts";
import { WORKSPACE_RULE } from "./workspace_id.ts";

/** Clients send only pings and pongs. */
const MAX_MESSAGE_BYTES = 4096;

/** Open sockets. */
const MAX_SOCKETS = 10_000;

/** Interval of pings. A socket that answers none of two is closed with the third, within 45 s. */
export const HEARTBEAT_MS = 15_000;

/** Time for a client to answer the closing handshake. */
const CLOSE_MS = 1000;

/** Time for a browser to send its ticket. */
const TICKET_TIMEOUT_MS = 5000;

/** The parts that the hub uses. */
interface SocketHubOptions {
  tracker: Tracker;
  clock: Clock;
  access: AccessControl;
  tickets: Tickets;
  max_sockets?: number;
  /** Receives defects of the service. */
  log?: (event: string, fields: Record<string, unknown>) => void;
}

/** All open sockets, by the workspace that they watch. */
export class SocketHub {
  readonly #tracker: Tracker;
  readonly #clock: Clock;
  readonly #maxSockets: number;
  readonly #access: AccessControl;
  readonly #tickets: Tickets;
  /** Sockets that have not sent their ticket yet. */
  readonly #unknown = new Set<Subscriber>();
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    // By default ws echoes the first subprotocol that the client offers, which may hold a secret.
    handleProtocols: () => false,
  });
  readonly #watchers = new Map<string, Audience>();
  #size = 0;
  readonly #log: NonNullable<SocketHubOptions["log"]>;
  readonly #stops: (() => void)[];

  constructor({ tracker, clock, access, tickets, max_sockets = MAX_SOCKETS, log = () => {} }: SocketHubOptions) {
    this.#log = log;
    this.#tracker = tracker;
    this.#clock = clock;
    this.#access = access;
    this.#tickets = tickets;
    this.#maxSockets = max_sockets;
    this.#stops = [
      tracker.onChange((id, body) => this.#publish(id, body), (id) => this.#watchers.has(id)),
      clock.every(HEARTBEAT_MS, () => this.#heartbeat()),
    ];
  }

  /** The number of open sockets. */
  get size(): number {
    return this.#size + this.#unknown.size;
  }

  /**
   * Closes the sockets whose caller has no access any more: their key was revoked, replaced or has expired, or they have
   * none and the service needs keys since then.
   */
  closeRevoked(): void {
    for (const [id, watchers] of this.#watchers) {
      for (const watcher of watchers) {
        if (this.#access.isLive(watcher.caller!, id)) continue;
        this.#remove(id, watcher);
        if (watcher.caller!.key === null) watcher.refuse("key_missing", "The service needs a key now");
        else watcher.refuse("key_invalid", "The key was revoked or replaced, or has expired");
      }
    }
  }

  /** Takes over the socket of an upgrade request. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#open(opened, request));
  }

  /** Closes all sockets because the service stops. After `timeout_ms` it disconnects those that did not answer. */
  close(timeout_ms = CLOSE_MS): void {
    for (const stop of this.#stops) stop();
    const watchers = [...this.#unknown, ...[...this.#watchers.values()].flatMap((some) => [...some])];
    for (const watcher of watchers) watcher.goAway();
    this.#server.close();
    if (watchers.length > 0) this.#clock.after(timeout_ms, () => watchers.forEach((watcher) => watcher.terminate()));
  }

  #open(socket: WebSocket, request: IncomingMessage): void {
    const named = new URL(request.url!, "ws://local").searchParams.get("workspace_id");
    const id = named === null ? null : parseWorkspaceId(named);
    const subscriber = new Subscriber(socket, request.socket, this.#failed);
    if (named !== null && id === null) {
      const shown = JSON.stringify(named.slice(0, 80));
      return subscriber.refuse("invalid_workspace", `Cannot watch workspace ${shown}: ${WORKSPACE_RULE}`);
    }
    if (this.size >= this.#maxSockets) {
      const detail = `Cannot watch "${id ?? DEFAULT_WORKSPACE}": ${this.#maxSockets} sockets are open already`;
      return subscriber.refuse("too_many_sockets", detail);
    }
    const decision = admitRequest(this.#access, request, { access: "read", workspace_id: id, is_gateway: false });
    if (!isRefused(decision)) return this.#watch(socket, subscriber, decision);
    if (decision.denied === "key_missing") return this.#awaitTicket(socket, subscriber, id);
    subscriber.refuse(decision.denied, `Cannot watch a workspace: ${decision.detail}`);
  }

  readonly #failed = (error: unknown): void => this.#log("status_socket_failed", { error: String(error) });

  /** A browser cannot send a header, so its first message has to be a ticket. */
  #awaitTicket(socket: WebSocket, subscriber: Subscriber, workspace_id: string | null): void {
    this.#unknown.add(subscriber);
    const cancel = this.#clock.after(TICKET_TIMEOUT_MS, () => {
      subscriber.refuse("key_missing", `Cannot watch a workspace: no ticket came within ${TICKET_TIMEOUT_MS / 1000} s`);
    });
    const forget = () => {
      cancel();
      this.#unknown.delete(subscriber);
    };
    socket.once("close", forget);
    subscriber.onFirstMessage = (message) => {
      forget();
      const ticket = message?.type === "auth" ? message.ticket : null;
      const identity = typeof ticket === "string" ? this.#tickets.redeem(ticket) : null;
      if (identity === null) {
        return subscriber.refuse("key_invalid", "Cannot watch a workspace: the ticket is not valid");
      }
      const chosen = workspace_id ?? identity.workspace_id;
      // A ticket has only the permissions that its key has now.
      if (!this.#access.isLive(identity, chosen)) {
        return subscriber.refuse("not_allowed", `Cannot watch "${chosen}": the key does not cover it`);
      }
      this.#watch(socket, subscriber, { ...identity, workspace_id: chosen });
    };
  }

  #watch(
    socket: WebSocket,
    subscriber: Subscriber,
    { workspace_id: id, kind, key }: Pick<Admitted, "workspace_id" | "kind" | "key">,
  ): void {
    subscriber.caller = { kind, key };
    this.#add(id, subscriber);
    socket.on("close", () => this.#remove(id, subscriber));
    subscriber.send(this.#frame(this.#tracker.status(id)));
  }

  #add(id: string, subscriber: Subscriber): void {
    const watchers = this.#watchers.get(id) ?? new Audience();
    this.#watchers.set(id, watchers);
    watchers.add(subscriber);
    this.#size++;
  }

  #remove(id: string, subscriber: Subscriber): void {
    const watchers = this.#watchers.get(id);
    if (!watchers?.delete(subscriber)) return;
    this.#size--;
    if (watchers.size === 0) this.#watchers.delete(id);
  }

  #publish(id: string, body: () => StatusBody): void {
    this.#watchers.get(id)?.publish(this.#frame(body()));
  }

  #frame(data: StatusBody): Buffer {
    const update = { contract: data.contract, type: "quota_update", data, timestamp: instant(this.#clock.now()) };
    return textFrame(JSON.stringify(update));
  }

  #heartbeat(): void {
    this.closeRevoked();
    for (const watchers of this.#watchers.values()) for (const watcher of watchers) watcher.heartbeat();
  }
}
