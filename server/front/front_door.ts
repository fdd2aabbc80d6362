/** The one port: checks each request, then passes it to the gateway, a WebSocket server or the pages. */
import type { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { ProblemCode } from "../../shared/problem.ts";
import type { TrustedProxies } from "../access/client_address.ts";
import { withoutPrefix } from "../access/public_url.ts";
import type { Clock } from "../core/clock.ts";
import { REQUEST_ID_HEADER, requestIdOf } from "../gateway/http/own_response.ts";
import { refuseUpgrade } from "../gateway/sockets/upgrade_responses.ts";
import type { Lazy } from "../runtime/lazy_import.ts";
import type { Log } from "../runtime/log.ts";
import { AddressCounts } from "./address_counts.ts";
import { Connections } from "./connections.ts";
import {
  allowOrigin,
  checkHostAndOrigin,
  isForGateway,
  METHODS,
  type ReachRules,
  type Rejection,
} from "./host_and_origin.ts";
import { keepEntries } from "./kept_entries.ts";
import { watchListener } from "./listener_watch.ts";
import { plainStatus } from "./plain_status.ts";
import {
  echoRefused,
  endWithProblem,
  handleClientError,
  NO_SOCKET,
  NOT_LOADED,
  sendJson,
  sendProblem,
  tooManySockets,
} from "./responses.ts";

/** The handlers behind the port, and its timeouts in milliseconds. */
export interface FrontDoorOptions {
  /** The REST API and the pages. */
  pages: Lazy<(request: IncomingMessage, response: ServerResponse) => void>;
  /** `/v1/*` and `/w/{workspace}/v1/*`. */
  gateway: Lazy<{ answer(request: IncomingMessage, response: ServerResponse): void }>;
  /** The WebSocket at `/api/quota/ws`. */
  statusSockets: Lazy<UpgradeHandler>;
  /** WebSockets on the gateway's paths. */
  gatewaySockets: Lazy<UpgradeHandler>;
  /** The body of `GET /healthz`, which is answered here so that it waits for no part to load. */
  health(request: IncomingMessage): object;
  /** The body of the status that is asked for, as the status route gives it; `null` leaves the request to the route. */
  status(request: IncomingMessage, workspace_id: string | null): object | null;
  /** Sends an error in the shape that the gateway's callers expect. */
  sendGatewayError(response: ServerResponse, code: ProblemCode, detail: string): void;
  log: Log;
  /** Called for each request, with its response or the socket of its upgrade, for the access log. */
  onRequest?(request: IncomingMessage, response: ServerResponse | Duplex): void;
  /** Makes the HTTPS server; `null` serves HTTP. */
  tls?: Tls | null;
  /** By which names and pages the service may be reached. */
  reach(): Omit<ReachRules, "port" | "secure">;
  bounds: DoorBounds;
  proxies: TrustedProxies;
}

/** The bounds of `docs/ops/limits.md` that hold at the port. */
interface DoorBounds {
  max_connections: number;
  max_connections_per_address: number;
  max_sockets_per_address: number;
  max_header_bytes: number;
  head_timeout_seconds: number;
  request_timeout_seconds: number;
  idle_timeout_seconds: number;
}

/** The part of `tls.ts` that the front door uses. It loads only where a certificate is set. */
interface Tls {
  createServer(options: ServerOptions): Server;
  /** Closes the connections that have not finished their handshake. */
  closeHandshakes(): void;
}

/** Takes over the socket of an upgrade request. */
interface UpgradeHandler {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** The server and its open connections. It accepts requests addressed to the port on which it listens. */
export class FrontDoor {
  /** Does not listen yet. */
  readonly server: Server;
  /** Requests since the start, with refused ones and upgrades. */
  readonly requests = { gateway: 0, api: 0 };
  readonly #options: FrontDoorOptions;
  readonly connections: Connections;
  /** WebSockets by the caller's address. Each kind has its own bound for all. */
  readonly #sockets: AddressCounts;
  /** Stored, because a closing server has no address while requests on its open connections go on. */
  #port = 0;
  #closing = false;
  #endWatch = () => {};

  constructor(options: FrontDoorOptions) {
    const { bounds, tls } = options;
    this.#options = options;
    this.connections = new Connections({ ...options, ...bounds, idle_timeout_ms: bounds.idle_timeout_seconds * 1000 });
    this.#sockets = new AddressCounts({ max: Infinity, max_per_address: bounds.max_sockets_per_address });
    const head_timeout_ms = bounds.head_timeout_seconds * 1000;
    const create = tls ? tls.createServer.bind(tls) : createServer;
    this.server = create({
      headersTimeout: head_timeout_ms,
      requestTimeout: bounds.request_timeout_seconds * 1000,
      connectionsCheckingInterval: head_timeout_ms / 4,
      keepAliveTimeout: 0,
      maxHeaderSize: bounds.max_header_bytes,
    });
    this.server.once("listening", () => this.#handleListening());
    this.server.on("connection", (socket: Socket) => {
      if (this.connections.accept(socket) && !tls) this.connections.add(socket);
    });
    // A TLS connection carries requests after its handshake.
    this.server.on("secureConnection", (socket: Duplex) => this.connections.add(socket));
    this.server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      try {
        this.#handleRequest(request, response);
      } catch (error) {
        this.#failed(response, error);
      }
    });
    this.server.on("upgrade", (...[request, socket, head]: Parameters<UpgradeHandler["upgrade"]>) => {
      try {
        this.#handleUpgrade(request, socket, head);
      } catch (error) {
        this.#failed(socket, error);
      }
    });
    this.server.on("clientError", handleClientError);
    // After a failed handshake, no response can be sent.
    this.server.on("tlsClientError", (_error: Error, socket: Duplex) => socket.destroy());
  }

  /** Call it when the server listens: a listener that has ended is noticed. */
  watch(clock: Clock): void {
    this.#endWatch = watchListener(this.server, clock, this.#options.log);
  }

  /** Accepts no more connections, gives open requests `grace_ms` to end, then cuts them off. */
  async close(clock: Clock, grace_ms: number): Promise<void> {
    this.#closing = true;
    this.#endWatch();
    const closed = new Promise((resolve) => this.server.close(resolve));
    // Closes unused connections too: `server.close()` takes only those that have carried a request as idle.
    this.connections.close();
    this.#options.tls?.closeHandshakes();
    if (grace_ms <= 0) this.server.closeAllConnections();
    const cancel = clock.after(grace_ms, () => this.server.closeAllConnections());
    await closed;
    cancel();
  }

  #handleListening(): void {
    const { log } = this.#options;
    this.#port = (this.server.address() as AddressInfo).port;
    this.server.on("error", (error) => log("cannot_accept", { error: String(error) }));
    keepEntries(this.server, log);
  }

  /** Last resort: such an exception would end the process. Only its connection ends. */
  #failed(connection: { destroy(): unknown }, error: unknown): void {
    this.#options.log("front_failed", { error: String(error) });
    connection.destroy();
  }

  /** Ends the connection if work that waits for its part to load throws. */
  #guard(connection: { destroy(): unknown }, waiting: Promise<void> | void): void {
    waiting?.catch((error) => this.#failed(connection, error));
  }

  #handleRequest(request: IncomingMessage, response: ServerResponse): void {
    const { gateway, pages } = this.#options;
    this.connections.requestStarted(request.socket, response);
    this.#options.onRequest?.(request, response);
    const reach = this.#options.reach();
    const rejection = this.#check(request, reach);
    const forGateway = isForGateway(request.url!);
    this.requests[forGateway ? "gateway" : "api"]++;
    if (rejection) return this.#refuse(request, response, rejection);
    if (allowOrigin(request, response, reach.allowed_origins)) return;
    // Without the closures below, which would be two for each call.
    if (forGateway && gateway.value) return gateway.value.answer(request, response);
    const notLoaded = () => this.#refuse(request, response, NOT_LOADED);
    if (forGateway) return this.#guard(response, gateway.use(({ answer }) => answer(request, response), notLoaded));
    const body = this.#directBody(request);
    if (body) return sendJson(response, body);
    response.setHeader(REQUEST_ID_HEADER, requestIdOf(request));
    this.#guard(response, pages.use((answer) => answer(request, response), notLoaded));
  }

  #handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", ignore);
    this.connections.remove(socket);
    if (this.#closing) return void socket.destroy();
    const { gatewaySockets, statusSockets, onRequest } = this.#options;
    onRequest?.(request, socket);
    const forGateway = isForGateway(request.url!);
    this.requests[forGateway ? "gateway" : "api"]++;
    const refuse = ({ code, detail }: Rejection) =>
      (forGateway ? refuseUpgrade : endWithProblem)(request, socket, code, detail);
    const rejection = this.#check(request) ?? (forGateway || isStatusSocket(request.url!) ? null : NO_SOCKET);
    if (rejection) return refuse(rejection);
    const network = this.#options.proxies.networkOf(request);
    if (!this.#sockets.take(network)) {
      return refuse(tooManySockets(network, this.#options.bounds.max_sockets_per_address));
    }
    socket.once("close", () => this.#sockets.release(network));
    const sockets = forGateway ? gatewaySockets : statusSockets;
    this.#guard(socket, sockets.use((server) => server.upgrade(request, socket, head), () => refuse(NOT_LOADED)));
  }

  /** Removes the public prefix from the target, then checks the request. */
  #check(request: IncomingMessage, reach = this.#options.reach()): Rejection | null {
    if (reach.public_url) request.url = withoutPrefix(request.url!, reach.public_url.prefix);
    const { url: target, rawHeaders: raw_headers, method, socket } = request;
    if (ECHOING.has(method!)) return echoRefused(method!);
    const head = { target: target!, raw_headers, method, socket };
    return checkHostAndOrigin(head, { ...reach, port: this.#port, secure: Boolean(this.#options.tls) });
  }

  /** The body of a request that is too frequent, or comes too early, to go through the pages; `null` for others. */
  #directBody(request: IncomingMessage): object | null {
    if (request.url === "/healthz" && request.method === "GET") return this.#options.health(request);
    const asked = plainStatus(request);
    return asked && this.#options.status(request, asked.workspace_id);
  }

  #refuse(request: IncomingMessage, response: ServerResponse, { code, detail }: Rejection): void {
    // The rest of the body stays unread, so the connection cannot carry another request.
    response.setHeader("connection", "close");
    if (code === "method_not_allowed") response.setHeader("allow", METHODS);
    if (isForGateway(request.url!)) this.#options.sendGatewayError(response, code, detail);
    else sendProblem(response, code, detail);
  }
}

const ignore = () => {};

/** Methods by which a server sends back the request's headers, keys among them. */
const ECHOING = new Set(["TRACE", "TRACK", "DEBUG"]);

function isStatusSocket(url: string): boolean {
  return url.split("?", 1)[0] === "/api/quota/ws";
}
