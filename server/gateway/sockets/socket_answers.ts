/** HTTP answers on a bare line: to an upgrade that comes to nothing. */
import { Buffer } from "node:buffer";
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { PROBLEM_STATUS, type ProblemCode } from "../../../shared/problem.ts";
import { openAiError } from "../../attempts/refusal_response.ts";
import { callerHeaders } from "../forwarded_headers.ts";

/** Refuses an upgrade that was meant for the gateway, in the provider's shape. */
export function refuseUpgrade(socket: Duplex, code: ProblemCode, message: string): void {
  const status = PROBLEM_STATUS[code];
  const body = openAiError(status, code, message);
  const headers = ["content-type", "application/json", "content-length", String(Buffer.byteLength(body))];
  // Nobody else would end a line whose caller leaves it open.
  socket.once("finish", () => socket.destroy());
  socket.end(head(status, STATUS_CODES[status], headers) + body);
}

/** Passes on the answer of an upstream that will not switch: the line ends with its body. */
export function passAnswer(socket: Duplex, answer: IncomingMessage): void {
  socket.write(head(answer.statusCode!, answer.statusMessage, callerHeaders(answer.rawHeaders)), "latin1");
  socket.once("finish", () => socket.destroy());
  socket.once("close", () => answer.destroy());
  answer.on("error", () => socket.destroy());
  answer.pipe(socket);
}

/** What the upstream's head says beside the handshake, as lines for the caller's. */
export function switchHeaders(answer: IncomingMessage): string[] {
  const passed = callerHeaders(answer.rawHeaders);
  const lines: string[] = [];
  for (let at = 0; at < passed.length; at += 2) {
    if (!/^sec-websocket-/i.test(passed[at])) lines.push(`${passed[at]}: ${passed[at + 1]}`);
  }
  return lines;
}

function head(status: number, name: string | undefined, headers: readonly string[]): string {
  let lines = `HTTP/1.1 ${status} ${name ?? ""}\r\n`;
  for (let at = 0; at < headers.length; at += 2) lines += `${headers[at]}: ${headers[at + 1]}\r\n`;
  return `${lines}connection: close\r\n\r\n`;
}
