/** HTTP responses to upgrade requests, written to the socket itself because Node makes no response object for them. */
import { Buffer } from "node:buffer";
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { PROBLEM_STATUS, type ProblemCode } from "../../../shared/problem.ts";
import { openAiError } from "../../attempts/refusal_response.ts";
import { callerHeaders } from "../forwarded_headers.ts";
import { REQUEST_ID_HEADER, requestIdOf } from "../http/own_response.ts";

/** The characters that a reason phrase or a header value may contain (RFC 9110 §5.5). */
const FIELD = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Refuses an upgrade with an error as OpenAI would send it. */
export function refuseUpgrade(request: IncomingMessage, socket: Duplex, code: ProblemCode, message: string): void {
  const status = PROBLEM_STATUS[code];
  const body = openAiError(status, code, message);
  const length = String(Buffer.byteLength(body));
  const id = requestIdOf(request);
  const headers = ["content-type", "application/json", "content-length", length, REQUEST_ID_HEADER, id];
  // A caller may leave the connection open.
  socket.once("finish", () => socket.destroy());
  socket.end(formatHead(status, STATUS_CODES[status], headers) + body);
}

/** Error message for a response whose head {@link canForward} refuses. */
export const BAD_HEAD_MESSAGE =
  "Cannot forward the upstream's response: its head has a character that HTTP does not allow";

/** Whether a response's head may be written as it was received. */
export function canForward({ statusMessage = "", rawHeaders }: IncomingMessage): boolean {
  return [statusMessage, ...rawHeaders].every((text) => FIELD.test(text));
}

/** Forwards the response of an upstream that refuses the upgrade, then closes the connection. */
export function forwardResponse(socket: Duplex, response: IncomingMessage): void {
  const { statusCode, statusMessage, rawHeaders } = response;
  socket.write(formatHead(statusCode!, statusMessage, callerHeaders(rawHeaders)), "latin1");
  socket.once("finish", () => socket.destroy());
  socket.once("close", () => response.destroy());
  response.on("error", () => socket.destroy());
  response.pipe(socket);
}

/** The upstream's headers as lines for the caller's handshake, without those of the handshake itself. */
export function handshakeHeaders(response: IncomingMessage): string[] {
  const forwarded = callerHeaders(response.rawHeaders);
  const lines: string[] = [];
  for (let at = 0; at < forwarded.length; at += 2) {
    if (!/^sec-websocket-/i.test(forwarded[at])) lines.push(`${forwarded[at]}: ${forwarded[at + 1]}`);
  }
  return lines;
}

function formatHead(status: number, reason: string | undefined, headers: readonly string[]): string {
  let lines = `HTTP/1.1 ${status} ${reason ?? ""}\r\n`;
  for (let at = 0; at < headers.length; at += 2) lines += `${headers[at]}: ${headers[at + 1]}\r\n`;
  return `${lines}connection: close\r\n\r\n`;
}
