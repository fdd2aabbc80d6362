/** The one port: lets in, then hands to the gateway, the socket or the pages. */
import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { problem, type ProblemCode } from "../../shared/problem.ts";
import { refuseUpgrade } from "../gateway/sockets/upgrade_responses.ts";
import { CallerLines } from "./caller_lines.ts";
import { isForGateway, reject, type Rejection } from "./host_and_origin.ts";
import { keepEntries } from "./kept_entries.ts";
import { plainStatus } from "./plain_status.ts";

/** What is behind the door. */
export interface FrontDoorOptions {
  /** The REST API and the pages, loaded when they are first wanted. */
  pages(): Promise<(request: IncomingMessage, response: ServerResponse) => unknown>;
  /** The body of `GET /healthz`: whoever asks whether the service is up does not wait for its pages. */
  health(): object;
  /** The body of a workspace's status, as the route beside the others gives it. */
  status(workspace_id: string): object;
  /** Answers what is the gateway's; `false` when it is not. */
  gateway(request: IncomingMessage, response: ServerResponse): boolean;
  /** Refuses what was meant for the gateway, in the shape that its callers read. */
  refuseAtGateway(response: ServerResponse, code: ProblemCode, detail: string): void;
  /** Takes over an upgrade to the WebSocket. */
  upgrade: Upgrade;
  /** Takes over an upgrade that is the gateway's. */
  upgradeAtGateway: Upgrade;
  /** Time for a caller to send all of his request's head, in milliseconds. */
  head_ms?: number;
  /** Time for a caller to send all of his request, in milliseconds. */
  request_ms?: number;
  /** How long a line is kept that carries nothing, in milliseconds. */
  idle_ms?: number;
}

/** The server, and the lines that it answers on. */
export interface FrontDoor {
  server: Server;
  lines: CallerLines;
}

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

const HEAD_MS = 30_000;

/** The largest upload that the gateway takes, over a line of 1 Mbit/s. */
const REQUEST_MS = 10 * 60_000;

/** Longer than a caller's own client keeps a line, so that it is mostly he who closes it, and none is cut as it is used. */
const IDLE_MS = 120_000;

/** Not listening yet. Whoever it lets in was addressed to the port that it listens on. */
export function createFrontDoor(options: FrontDoorOptions): FrontDoor {
  const { pages, gateway, upgrade, upgradeAtGateway } = options;
  const { head_ms = HEAD_MS, request_ms = REQUEST_MS, idle_ms = IDLE_MS } = options;
  const lines = new CallerLines(idle_ms);
  const timeouts = { headersTimeout: head_ms, requestTimeout: request_ms, keepAliveTimeout: 0 };
  const server = createServer({ ...timeouts, connectionsCheckingInterval: head_ms / 4 }, (request, response) => {
    lines.begins(request.socket, response);
    const rejection = look(request);
    if (rejection) return turnAway(request, response, rejection, options);
    if (gateway(request, response)) return;
    const body = atTheDoor(request, options);
    if (body) return answerJson(response, JSON.stringify(body));
    pages().then((answer) => answer(request, response)).catch(() => response.destroy());
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", ignore);
    lines.gone(socket);
    const rejected = look(request);
    if (isForGateway(request.url!)) {
      if (rejected) return refuseUpgrade(socket, rejected.code, rejected.detail);
      return upgradeAtGateway(request, socket, head);
    }
    const rejection = rejected ?? (isSocketPath(request.url!) ? null : NO_SOCKET);
    if (rejection) endRaw(socket, rejection);
    else upgrade(request, socket, head);
  });
  server.on("connection", (socket: Duplex) => lines.opened(socket));
  server.on("clientError", (_error: Error, socket: Duplex & { bytesWritten: number }) => {
    // In the middle of an answer nothing can be said any more.
    if (socket.writable && socket.bytesWritten === 0) endRaw(socket, NO_HTTP);
    else socket.destroy();
  });
  let port = 0;
  // Kept, because a server that is closing has no address while the requests on its open lines go on.
  server.on("listening", () => {
    port = (server.address() as { port: number }).port;
    keepEntries(server);
  });
  return { server, lines };

  function look(request: IncomingMessage): Rejection | null {
    return reject({ target: request.url!, raw_headers: request.rawHeaders }, port);
  }
}

const NO_SOCKET: Rejection = {
  code: "not_found",
  detail: "Cannot open a WebSocket here: it is /api/quota/ws, and the provider's are below /v1/",
};

const NO_HTTP: Rejection = {
  code: "invalid_request",
  detail: "Cannot read the request: it is no well-formed HTTP/1.1, too long in its head, or did not come in time",
};

const ignore = () => {};

function isSocketPath(url: string): boolean {
  return url.split("?", 1)[0] === "/api/quota/ws";
}

/** The body of what is asked so often, or so early, that it does not wait for the pages. */
function atTheDoor(request: IncomingMessage, { health, status }: FrontDoorOptions): object | null {
  if (request.url === "/healthz" && request.method === "GET") return health();
  const workspace_id = plainStatus(request);
  return workspace_id === null ? null : status(workspace_id);
}

function answerJson(response: ServerResponse, text: string): void {
  const length = Buffer.byteLength(text);
  const headers = { "content-type": "application/json", "cache-control": "no-store", "content-length": length };
  response.writeHead(200, headers).end(text);
}

function turnAway(
  request: IncomingMessage,
  response: ServerResponse,
  { code, detail }: Rejection,
  { refuseAtGateway }: FrontDoorOptions,
): void {
  // What is left of the body is not read.
  response.setHeader("connection", "close");
  if (isForGateway(request.url!)) return refuseAtGateway(response, code, detail);
  const body = problem(code, detail);
  response.writeHead(body.status, { "content-type": "application/problem+json" });
  response.end(JSON.stringify(body));
}

/** Answers on the bare line, where there is no response to answer with. */
function endRaw(socket: Duplex, { code, detail }: Rejection): void {
  const body = problem(code, detail);
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${body.status} ${body.title}\r\ncontent-type: application/problem+json\r\nconnection: close\r\n` +
      `content-length: ${new TextEncoder().encode(text).byteLength}\r\n\r\n${text}`,
  );
}
