/** The responses that the front door sends by itself. */
import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { problem, type ProblemCode } from "../../shared/problem.ts";
import { endAfterBody, REQUEST_ID_HEADER, requestIdOf } from "../gateway/http/own_response.ts";
import type { Rejection } from "./host_and_origin.ts";

/** Sends 200 with a JSON body. */
export function sendJson(response: ServerResponse, body: object): void {
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  const headers = {
    "content-type": "application/json",
    "cache-control": "no-store",
    "content-length": length,
    [REQUEST_ID_HEADER]: requestIdOf(response.req),
  };
  response.writeHead(200, headers).end(text);
}

/** Sends a problem body. */
export function sendProblem(response: ServerResponse, code: ProblemCode, detail: string): void {
  const body = problem(code, detail);
  const text = JSON.stringify(body);
  response.writeHead(body.status, {
    "content-type": "application/problem+json",
    "content-length": Buffer.byteLength(text),
    [REQUEST_ID_HEADER]: requestIdOf(response.req),
  });
  endAfterBody(response, text);
}

/**
 * Writes a problem response on a socket that has no response object, and ends the connection.
 *
 * @param request `null` when it could not be read.
 */
export function endWithProblem(
  request: IncomingMessage | null,
  socket: Duplex,
  code: ProblemCode,
  detail: string,
): void {
  const body = problem(code, detail);
  const text = JSON.stringify(body);
  const id = request === null ? "" : `${REQUEST_ID_HEADER}: ${requestIdOf(request)}\r\n`;
  socket.end(
    `HTTP/1.1 ${body.status} ${body.title}\r\ncontent-type: application/problem+json\r\nconnection: close\r\n${id}` +
      `content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

/** An address has too many WebSockets. */
export function tooManySockets(network: string, max: number): Rejection {
  const detail =
    `Cannot open a WebSocket: ${network} has ${max} open (QUOTA_MAX_SOCKETS_PER_ADDRESS). Close others first`;
  return { code: "too_many_sockets", detail };
}

/** The method would echo the request's headers. */
export function echoRefused(method: string): Rejection {
  const detail = `Cannot answer ${method}: it would send back the request's headers, keys among them`;
  return { code: "method_not_allowed", detail };
}

export const NO_SOCKET: Rejection = {
  code: "not_found",
  detail: "Cannot open a WebSocket here: use /api/quota/ws, or the provider's paths below /v1/",
};

const MALFORMED_REQUEST: Rejection = {
  code: "invalid_request",
  detail: "Cannot read the request: it is not well-formed HTTP/1.1, its head is too long, or it came too slowly",
};

export const NOT_LOADED: Rejection = {
  code: "service_unavailable",
  detail: "Cannot answer: this part of the service could not be loaded; its log says why. Try again",
};

/** Answers a request that is not well-formed, and ends its connection. */
export function handleClientError(_error: Error, socket: Duplex & { bytesWritten: number }): void {
  const { code, detail } = MALFORMED_REQUEST;
  // After a part of a response, an error response would be read as the rest of it.
  if (socket.writable && socket.bytesWritten === 0) endWithProblem(null, socket, code, detail);
  else socket.destroy();
}
