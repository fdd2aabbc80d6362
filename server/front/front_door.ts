/** The one port: lets in, then hands to the gateway, the socket or the pages. */
import type { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import type { Gateway } from "../gateway/gateway.ts";
import { refuse } from "../gateway/answers.ts";
import { problem } from "../../shared/problem.ts";
import { reject, type Rejection } from "./admission.ts";

export interface FrontDoorOptions {
  app: Hono;
  gateway: Gateway;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Time for a caller to send all of his request's head. */
const HEAD_MS = 30_000;

/** The server, not listening yet. Whoever it lets in was addressed to the port that it listens on. */
export function createFrontDoor({ app, gateway, upgrade }: FrontDoorOptions): Server {
  const pages = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer({ headersTimeout: HEAD_MS, requestTimeout: 0 }, (request, response) => {
    const rejection = look(request);
    if (rejection) return turnAway(request, response, rejection);
    if (!gateway(request, response)) pages(request, response);
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const rejection = look(request) ?? (isSocketPath(request.url!) ? null : NO_SOCKET);
    if (rejection) endUpgrade(socket, rejection);
    else upgrade(request, socket, head);
  });
  return server;

  function look(request: IncomingMessage): Rejection | null {
    const { port } = server.address() as { port: number };
    return reject({ target: request.url!, raw_headers: request.rawHeaders }, port);
  }
}

const NO_SOCKET: Rejection = { code: "not_found", detail: "Cannot open a WebSocket here: it is /api/quota/ws" };

function isSocketPath(url: string): boolean {
  return url.split("?", 1)[0] === "/api/quota/ws";
}

function turnAway(request: IncomingMessage, response: ServerResponse, { code, detail }: Rejection): void {
  // What is left of the body is not read.
  response.setHeader("connection", "close");
  if (/^(\/w\/[^/]*)?\/v1\//.test(request.url ?? "")) return refuse(response, code, detail);
  const body = problem(code, detail);
  response.writeHead(body.status, { "content-type": "application/problem+json" });
  response.end(JSON.stringify(body));
}

function endUpgrade(socket: Duplex, { code, detail }: Rejection): void {
  const body = problem(code, detail);
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${body.status} ${body.title}\r\ncontent-type: application/problem+json\r\nconnection: close\r\n` +
      `content-length: ${new TextEncoder().encode(text).byteLength}\r\n\r\n${text}`,
  );
}
