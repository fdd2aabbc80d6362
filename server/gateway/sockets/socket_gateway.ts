/**
 * Upgrades to `/v1/realtime` and `/v1/responses`, also below `/w/{workspace}`: relays them to the upstream's WebSocket and
 * counts each response in it, as the tracked client does for its own sockets.
 */
import type { Buffer } from "node:buffer";
import type { Agent, IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { Clock } from "../../core/clock.ts";
import type { Recorder } from "../../attempts/recorder.ts";
import { credentialOf } from "../../attempts/request/credential.ts";
import type { AccessControl } from "../../access/access_control.ts";
import { AccessRefused, admitCall } from "../caller_access.ts";
import { loggedLocation } from "../redirects.ts";
import { Hop, LOOP_MESSAGE } from "../hop.ts";
import type { Target } from "../target.ts";
import { PendingUpgrade, type Upgrade, type UpgradeHandler } from "./pending_upgrade.ts";
import { dial, SOCKET_OPTIONS, upstreamAgent } from "./socket_dial.ts";
import { SocketRelay } from "./socket_relay.ts";
import { parseUpgrade, UpgradeRefused } from "./upgrade_request.ts";
import { refuseUpgrade } from "./upgrade_responses.ts";

/** Open at the same time, unless the options set another number. */
const MAX_SOCKETS = 1000;

interface SocketGatewayOptions {
  recorder: Recorder;
  access: AccessControl;
  /** Without trailing slash. */
  upstream_url: string;
  /** Names this service to the upstream: see {@link Hop}. */
  service_id: string;
  /** URL of the proxy through which the upstream is reached. */
  proxy: string | null;
  /** The key for the upstream; `null` forwards the caller's own. */
  key: string | null;
  clock: Clock;
  /** Open at the same time. */
  max_sockets?: number;
  /** Receives errors of the gateway itself. */
  log?: (event: string, fields: Record<string, unknown>) => void;
}

export class SocketGateway implements UpgradeHandler {
  readonly #options: SocketGatewayOptions;
  /** The upstream's part of the handshake for a caller's request. */
  readonly #handshakes = new WeakMap<IncomingMessage, { headers: string[]; protocol: string }>();
  readonly #server = new WebSocketServer({
    ...SOCKET_OPTIONS,
    noServer: true,
    handleProtocols: (_offered, request) => this.#handshakes.get(request)?.protocol || false,
  });
  readonly #pending = new Set<PendingUpgrade>();
  /** With the check whether their callers still have access. */
  readonly #relays = new Map<SocketRelay, () => boolean>();
  readonly #agent: Agent;
  readonly #hop: Hop;
  #closing: PromiseWithResolvers<void> | null = null;

  constructor(options: SocketGatewayOptions) {
    this.#options = options;
    this.#agent = upstreamAgent(options.upstream_url, options);
    this.#hop = new Hop(options.service_id);
    this.#server.on("headers", (lines, request) => lines.push(...this.#handshakes.get(request)?.headers ?? []));
  }

  /** Open sockets, with those that are being opened. */
  get size(): number {
    return this.#pending.size + this.#relays.size;
  }

  /** Handles an upgrade request. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { recorder, upstream_url, key, max_sockets = MAX_SOCKETS } = this.#options;
    if (this.#closing) return void socket.destroy();
    try {
      if (this.size >= max_sockets) throw tooManySockets(max_sockets);
      const via = this.#hop.next(request.headers.via);
      if (via === null) throw new UpgradeRefused("loop_detected", LOOP_MESSAGE);
      const admit = (target: Target) => admitCall(this.#options.access, request, target, key);
      const { path, access, ...parsed } = parseUpgrade(request, socket, recorder, admit);
      const { provider_key, caller, workspace_id } = access;
      const turns = { ...parsed, credential: sentCredential(upstream_url, path, request.headers, provider_key) };
      const isLive = () => this.#options.access.isLive(caller, workspace_id);
      const dialed = { headers: request.headers, key: provider_key, via, agent: this.#agent };
      const upstream = dial(`${upstream_url}/${path}`, dialed);
      const redial = (target: string) => dial(new URL(target, upstream_url).href, dialed);
      const upgrade = { request, socket, head, upstream, redial, turns, isLive };
      this.#pending.add(new PendingUpgrade(upgrade, this, this.#options.clock));
    } catch (error) {
      const { code, message } = error instanceof UpgradeRefused || error instanceof AccessRefused
        ? error
        : this.#refusalOf(error);
      refuseUpgrade(request, socket, code, message);
    }
  }

  /** The request cannot be sent on as it is, or the gateway has a defect. */
  #refusalOf(error: unknown): UpgradeRefused {
    const { code = "" } = error as { code?: string };
    const isCallers = error instanceof SyntaxError || /^ERR_(?:INVALID|UNESCAPED)_/.test(code);
    if (isCallers) return new UpgradeRefused("invalid_request", UNSENDABLE);
    this.error(error);
    return new UpgradeRefused("internal_error", "The gateway failed; see its log");
  }

  /** Lets responses in progress end for `grace_ms` at most. Resolves when every socket is closed. */
  close(grace_ms: number): Promise<void> {
    this.#closing = Promise.withResolvers();
    for (const pending of this.#pending) pending.cut();
    for (const relay of this.#relays.keys()) relay.retire();
    const cancel = this.#options.clock.after(grace_ms, () => [...this.#relays.keys()].forEach((relay) => relay.cut()));
    this.#resolveIfClosed();
    return this.#closing.promise.then(cancel);
  }

  /** Closes the sockets whose callers have no access any more. Their responses in progress end as aborted. */
  closeRevoked(): void {
    for (const [relay, isLive] of this.#relays) if (!isLive()) relay.revoke();
  }

  done(pending: PendingUpgrade): void {
    this.#pending.delete(pending);
  }

  error(error: unknown): void {
    this.#options.log?.("gateway_failed", { error: String(error) });
  }

  redirected(status: number, location: string): void {
    this.#options.log?.("upstream_redirected", { status, to: loggedLocation(location) });
  }

  opened({ request, socket, head, upstream, turns, isLive }: Upgrade, headers: string[]): void {
    this.#handshakes.set(request, { headers, protocol: upstream.protocol });
    let isOpen = false;
    this.#server.handleUpgrade(request, socket, head, (caller) => {
      isOpen = true;
      const relay = new SocketRelay({ caller, upstream }, {
        turns,
        clock: this.#options.clock,
        onClosed: () => {
          this.#relays.delete(relay);
          this.#resolveIfClosed();
        },
        onError: (error) => this.error(error),
      });
      this.#relays.set(relay, isLive);
      // The key may have ended during the handshake.
      if (!isLive()) relay.revoke();
    });
    // The caller has disconnected meanwhile.
    if (!isOpen) upstream.terminate();
  }

  #resolveIfClosed(): void {
    if (this.#relays.size === 0) this.#closing?.resolve();
  }
}

/** The credential that an upgrade is sent on with. */
function sentCredential(upstream_url: string, path: string, headers: IncomingHttpHeaders, key: string | null) {
  const sent = key === null ? headers : { ...headers, authorization: `Bearer ${key}` };
  return credentialOf(new URL(upstream_url).host, (name) => sent[name], path);
}

const UNSENDABLE =
  "Cannot open the WebSocket at the upstream: the path, a header or the subprotocol of the request has a " +
  "character that HTTP does not allow";

function tooManySockets(max_sockets: number): UpgradeRefused {
  return new UpgradeRefused("too_many_sockets", `Cannot relay one more WebSocket: ${max_sockets} are open`);
}
