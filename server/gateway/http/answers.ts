/** Answers that the gateway gives itself, in the provider's shape. */
import { Buffer } from "node:buffer";
import type { ServerResponse } from "node:http";
import { PROBLEM_STATUS, type ProblemCode } from "../../../shared/problem.ts";
import { openAiError, type RefusalParts } from "../../attempts/refusal_response.ts";

/** An OpenAI-shaped error. */
export function refuse(response: ServerResponse, code: ProblemCode, message: string): void {
  const status = PROBLEM_STATUS[code];
  send(response, { status, headers: { "content-type": "application/json" }, body: openAiError(status, code, message) });
}

/** A short answer in one piece. */
export function send(response: ServerResponse, parts: RefusalParts): void {
  response.writeHead(parts.status, { ...parts.headers, "content-length": String(Buffer.byteLength(parts.body)) });
  response.end(parts.body);
}
