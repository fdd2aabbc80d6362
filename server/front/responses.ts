/** The responses that the front door sends by itself. */
import { Buffer } from "node:buffer";
import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { problem, type ProblemCode } from "../../shared/problem.ts";

/** Sends 200 with a JSON body. */
export function sendJson(response: ServerResponse, body: object): void {
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  const headers = { "content-type": "application/json", "cache-control": "no-store", "content-length": length };
  response.writeHead(200, headers).end(text);
}

/** Sends a problem body. */
export function sendProblem(response: ServerResponse, code: ProblemCode, detail: string): void {
  const body = problem(code, detail);
  response.writeHead(body.status, { "content-type": "application/problem+json" });
  response.end(JSON.stringify(body));
}

/** Writes a problem response on a socket that has no response object, and ends the connection. */
export function endWithProblem(socket: Duplex, code: ProblemCode, detail: string): void {
  const body = problem(code, detail);
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${body.status} ${body.title}\r\ncontent-type: application/problem+json\r\nconnection: close\r\n` +
      `content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}
