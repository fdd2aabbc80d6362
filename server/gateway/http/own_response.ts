/** Responses that the gateway writes itself, in the shape of the provider's. */
import { Buffer } from "node:buffer";
import { type ServerResponse, STATUS_CODES } from "node:http";
import { PROBLEM_STATUS, type ProblemCode } from "../../../shared/problem.ts";
import { openAiError, type RefusalParts } from "../../attempts/refusal_response.ts";

/** Sends an error as OpenAI would. */
export function sendError(response: ServerResponse, code: ProblemCode, message: string): void {
  const status = PROBLEM_STATUS[code];
  const headers = { "content-type": "application/json" };
  sendResponse(response, { status, headers, body: openAiError(status, code, message) });
}

/**
 * Sends an error unless a part of the response is sent already. Then it disconnects, so that the caller does not take the
 * part for the whole.
 */
export function sendErrorOrDisconnect(response: ServerResponse, code: ProblemCode, message: string): void {
  if (response.headersSent || response.destroyed) response.destroy();
  else sendError(response, code, message);
}

/** Sends a complete response. */
export function sendResponse(response: ServerResponse, { status, headers, body }: RefusalParts): void {
  const length = String(Buffer.byteLength(body));
  // The reason is always passed: without one, Node would use the one of an earlier `writeHead` that threw.
  response.writeHead(status, STATUS_CODES[status], { ...headers, "content-length": length });
  response.end(body);
}
