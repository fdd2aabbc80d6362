/** Responses that the gateway writes itself, in the shape of the provider's, and the id that ties a response to the log. */
import { Buffer } from "node:buffer";
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import { PROBLEM_STATUS, type ProblemCode } from "../../../shared/problem.ts";
import { looksLikeKey } from "../../access/key_text.ts";
import { openAiError, type RefusalParts } from "../../attempts/refusal_response.ts";

/** The header of a request's id. A response that is relayed keeps the provider's own. */
export const REQUEST_ID_HEADER = "x-request-id";

/** Ids of other systems: UUIDs, ULIDs, base64. No spaces, quotes or control characters: the id goes into the log. */
const REQUEST_ID = /^[\w.:+/=-]{1,128}$/;

const ids = new WeakMap<object, string>();

/** The id of a request: the caller's, if it is a plain text and no key, else a new one. Made when it is first needed. */
export function requestIdOf(request: Pick<IncomingMessage, "headers">): string {
  const known = ids.get(request);
  if (known !== undefined) return known;
  const given = request.headers[REQUEST_ID_HEADER];
  const isPlain = typeof given === "string" && REQUEST_ID.test(given) && !looksLikeKey(given);
  const id = isPlain ? given : crypto.randomUUID();
  ids.set(request, id);
  return id;
}

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
  const own = { ...headers, "content-length": length, [REQUEST_ID_HEADER]: requestIdOf(response.req) };
  response.writeHead(status, STATUS_CODES[status], own);
  response.end(body);
}
