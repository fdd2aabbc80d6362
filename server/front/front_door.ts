/** The one port: checks each request, then passes it to the gateway, a WebSocket server or the pages. */
import type { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { ProblemCode } from "../../shared/problem.ts";
import type { Clock } from "../core/clock.ts";
import { refuseUpgrade } from "../gateway/sockets/upgrade_responses.ts";
import type { Lazy } from "../runtime/lazy_import.ts";
import type { Log } from "../runtime/log.ts";
import { Connections } from "./connections.ts";
import { checkHostAndOrigin, isForGateway, type Rejection } from "./host_and_origin.ts";
import { keepEntries } from "./kept_entries.ts";
import { plainStatus } from "./plain_status.ts";
import { endWithProblem, sendJson, sendProblem } from "./responses.ts";

/** What is behind the port, and its timeouts in milliseconds. */
interface FrontDoorOptions {
  /** The REST API and the pages. */
  pages: Lazy<(request: IncomingMessage, response: ServerResponse) => void>;
  /** `/v1/*` and `/w/{workspace}/v1/*`. */
  gateway: Lazy<{ answer(request: IncomingMessage, response: ServerResponse): void }>;
  /** The WebSocket at `/api/quota/ws`. */
  statusSockets: Lazy<UpgradeHandler>;
  /** WebSockets on the gateway's paths. */
  gatewaySockets: Lazy<UpgradeHandler>;
  /** The body of `GET /healthz`, which is answered here so that it waits for no part to load. */
  health(): object;
  /** The body of a workspace's status, as the status route gives it. */
  status(workspace_id: string): object;
  /** Sends an error in the shape that the gateway's callers expect. */
  sendGatewayError(response: ServerResponse, code: ProblemCode, detail: string): void;
  log: Log;
  /** For a caller to send the whole head of a request. */
  head_timeout_ms?: number;
  /** For a caller to send the whole request. */
  request_timeout_ms?: number;
}

/** Takes over the socket of an upgrade request. */
interface UpgradeHandler {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** The server, which does not listen yet. */
interface FrontDoor {
  server: Server;
  /** Accepts no more connections, gives open requests `grace_ms` to end, then cuts them off. */
  close(clock: Clock, grace_ms: number): Promise<void>;
}

const HEAD_TIMEOUT_MS = 30_000;

/** Enough for the largest upload that the gateway accepts over a connection of 1 Mbit/s. */
const REQUEST_TIMEOUT_MS = 10 * 60_000;

/**
 * Longer than clients keep idle connections. So the client closes first in most cases, and no connection is closed while
 * the client sends its next request.
 */
const IDLE_TIMEOUT_MS = 120_000;

/** Creates the server. It accepts requests addressed to the port on which it listens. */
export function createFrontDoor(options: FrontDoorOptions): FrontDoor {
  const { pages, gateway, log, head_timeout_ms = HEAD_TIMEOUT_MS } = options;
  const connections = new Connections(IDLE_TIMEOUT_MS);
  const server = createServer({
    headersTimeout: head_timeout_ms,
    requestTimeout: options.request_timeout_ms ?? REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: head_timeout_ms / 4,
    keepAliveTimeout: 0,
  }, (request, response) => {
    connections.requestStarted(request.socket, response);
    const rejection = check(request);
    if (rejection) return refuse(request, response, rejection, options);
    const notLoaded = () => refuse(request, response, NOT_LOADED, options);
    if (isForGateway(request.url!)) {
      return gateway.use(({ answer }) => answer(request, response), notLoaded);
    }
    const body = directBody(request, options);
    if (body) return sendJson(response, body);
    pages.use((answer) => answer(request, response), notLoaded);
  });
  let closing = false;
  let port = 0;
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", ignore);
    connections.remove(socket);
    if (closing) socket.destroy();
    else routeUpgrade(request, socket, head, check(request), options);
  });
  server.on("connection", (socket: Duplex) => connections.add(socket));
  server.on("clientError", (_error: Error, socket: Duplex & { bytesWritten: number }) => {
    // After a part of a response, an error response would be read as the rest of it.
    if (socket.writable && socket.bytesWritten === 0) {
      endWithProblem(socket, MALFORMED_REQUEST.code, MALFORMED_REQUEST.detail);
    } else socket.destroy();
  });
  server.on("listening", () => {
    // Stored, because a closing server has no address while requests on its open connections go on.
    port = (server.address() as { port: number }).port;
    server.on("error", (error) => log("cannot_accept", { error: String(error) }));
    keepEntries(server, log);
  });
  return {
    server,
    close(clock, grace_ms) {
      closing = true;
      return closeServer(server, connections, clock, grace_ms);
    },
  };

  function check(request: IncomingMessage): Rejection | null {
    return checkHostAndOrigin({ target: request.url!, raw_headers: request.rawHeaders }, port);
  }
}

const NO_SOCKET: Rejection = {
  code: "not_found",
  detail: "Cannot open a WebSocket here: use /api/quota/ws, or the provider's paths below /v1/",
};

const MALFORMED_REQUEST: Rejection = {
  code: "invalid_request",
  detail: "Cannot read the request: it is not well-formed HTTP/1.1, its head is too long, or it came too slowly",
};

const NOT_LOADED: Rejection = {
  code: "service_unavailable",
  detail: "Cannot answer: this part of the service could not be loaded; its log says why. Try again",
};

const ignore = () => {};

/** Passes an upgrade to the server of its path, or refuses it. */
function routeUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  rejection: Rejection | null,
  { statusSockets, gatewaySockets }: FrontDoorOptions,
): void {
  const forGateway = isForGateway(request.url!);
  const refuse = ({ code, detail }: Rejection) =>
    forGateway ? refuseUpgrade(socket, code, detail) : endWithProblem(socket, code, detail);
  if (rejection) return refuse(rejection);
  if (!forGateway && !isStatusSocket(request.url!)) return refuse(NO_SOCKET);
  const sockets = forGateway ? gatewaySockets : statusSockets;
  sockets.use((server) => server.upgrade(request, socket, head), () => refuse(NOT_LOADED));
}

function isStatusSocket(url: string): boolean {
  return url.split("?", 1)[0] === "/api/quota/ws";
}

/** The body of a request that is too frequent, or comes too early, to go through the pages; `null` for others. */
function directBody(request: IncomingMessage, { health, status }: FrontDoorOptions): object | null {
  if (request.url === "/healthz" && request.method === "GET") return health();
  const workspace_id = plainStatus(request);
  return workspace_id === null ? null : status(workspace_id);
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { code, detail }: Rejection,
  { sendGatewayError }: FrontDoorOptions,
): void {
  // The rest of the body stays unread, so the connection cannot carry another request.
  response.setHeader("connection", "close");
  if (isForGateway(request.url!)) sendGatewayError(response, code, detail);
  else sendProblem(response, code, detail);
}

async function closeServer(server: Server, connections: Connections, clock: Clock, grace_ms: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  // Closes unused connections too: `server.close()` takes only those that have carried a request as idle.
  connections.close();
  if (grace_ms <= 0) server.closeAllConnections();
  const cancel = clock.after(grace_ms, () => server.closeAllConnections());
  await closed;
  cancel();
}
