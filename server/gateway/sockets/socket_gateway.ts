/**
 * Upgrades to `/v1/realtime`, `/v1/responses` and the same below `/w/{workspace}`: relayed to the upstream's WebSocket, and
 * counted as the tracked client counts its own.
 */
import type { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Clock } from "../../core/clock.ts";
import type { Recorder } from "../../attempts/recorder.ts";
import type { TurnsOptions } from "../../attempts/sockets/socket_plan.ts";
import { passAnswer, refuseUpgrade, switchHeaders } from "./socket_answers.ts";
import { dial, PLAIN } from "./socket_dial.ts";
import { HandshakeCount } from "./socket_handshake.ts";
import { SocketRelay } from "./socket_relay.ts";
import { callOf, NotACall } from "./socket_target.ts";

/** Sockets at once. */
const MOST_SOCKETS = 1000;

/** Time that the upstream has to open, in milliseconds. */
export const DIAL_MS = 30_000;

export interface SocketGatewayOptions {
  recorder: Recorder;
  /** Without trailing slash. */
  upstream_url: string;
  /** The upstream key; `null` passes the caller's own through. */
  key: string | null;
  clock: Clock;
}

/** An upgrade that waits for the upstream's. */
interface Waiting {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
  upstream: WebSocket;
  call: TurnsOptions;
}

export class SocketGateway {
  readonly #options: SocketGatewayOptions;
  /** What the upstream answered to a caller's handshake. */
  readonly #answers = new WeakMap<IncomingMessage, { headers: string[]; protocol: string }>();
  readonly #server = new WebSocketServer({
    ...PLAIN,
    noServer: true,
    handleProtocols: (_offered, request) => this.#answers.get(request)?.protocol || false,
  });
  readonly #dials = new Set<Waiting>();
  readonly #relays = new Set<SocketRelay>();
  #stopping: PromiseWithResolvers<void> | null = null;

  constructor(options: SocketGatewayOptions) {
    this.#options = options;
    this.#server.on("headers", (lines, request) => lines.push(...this.#answers.get(request)?.headers ?? []));
  }

  /** Takes over an upgrade that was let in. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { recorder, upstream_url, key } = this.#options;
    try {
      if (this.#stopping) return void socket.destroy();
      if (this.#dials.size + this.#relays.size >= MOST_SOCKETS) throw new NotACall("too_many_sockets", TOO_MANY);
      const { path, ...call } = callOf(request, socket, recorder);
      const upstream = dial(`${upstream_url}/${path}`, request.headers, key);
      this.#wait({ request, socket, head, upstream, call });
    } catch (error) {
      const { code, message } = error instanceof NotACall ? error : new NotACall("invalid_request", String(error));
      refuseUpgrade(socket, code, message);
    }
  }

  /** Lets responses under way end, for `patience_ms` at most. Resolves when every socket is done with. */
  close(patience_ms: number): Promise<void> {
    this.#stopping = Promise.withResolvers();
    for (const { socket, upstream } of this.#dials) (socket.destroy(), upstream.terminate());
    for (const relay of this.#relays) relay.retire();
    const cancel = this.#options.clock.after(patience_ms, () => this.#relays.forEach((relay) => relay.cut()));
    this.#look();
    return this.#stopping.promise.then(cancel);
  }

  #wait(waiting: Waiting): void {
    const { request, socket, upstream, call } = waiting;
    const handshake = new HandshakeCount(call);
    let answered = false;
    const done = () => {
      cancelLate();
      socket.off("close", left);
      this.#dials.delete(waiting);
    };
    const left = () => (done(), upstream.terminate());
    const cancelLate = this.#options.clock.after(DIAL_MS, () => {
      if (answered) return void socket.destroy();
      done();
      handshake.silent();
      refuseUpgrade(socket, "upstream_timeout", `The upstream did not answer within ${DIAL_MS / 1000} s`);
      upstream.terminate();
    });
    this.#dials.add(waiting);
    socket.on("close", left);
    let headers: string[] = [];
    upstream.on("upgrade", (answer: IncomingMessage) => headers = switchHeaders(answer));
    upstream.on("open", () => {
      done();
      this.#answers.set(request, { headers, protocol: upstream.protocol });
      this.#open(waiting);
    });
    upstream.on("unexpected-response", (_request: unknown, answer: IncomingMessage) => {
      answered = true;
      handshake.refused(answer);
      passAnswer(socket, answer);
    });
    upstream.on("error", (error: Error & { code?: string }) => {
      if (answered || !this.#dials.has(waiting)) return;
      done();
      handshake.failed(error);
      refuseUpgrade(socket, "upstream_unreachable", `Cannot reach the upstream: ${error.code ?? error.message}`);
    });
  }

  #open({ request, socket, head, upstream, call }: Waiting): void {
    let opened = false;
    this.#server.handleUpgrade(request, socket, head, (caller) => {
      opened = true;
      const relay = new SocketRelay({ caller, upstream }, call, this.#options.clock, () => {
        this.#relays.delete(relay);
        this.#look();
      });
      this.#relays.add(relay);
    });
    // He has left meanwhile.
    if (!opened) upstream.terminate();
  }

  #look(): void {
    if (this.#relays.size === 0) this.#stopping?.resolve();
  }
}

const TOO_MANY = `Cannot relay one more WebSocket: ${MOST_SOCKETS} are open already`;
