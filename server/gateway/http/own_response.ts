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
  if (!response.headersSent && !response.destroyed) return sendError(response, code, message);
  // What the upstream has sent still reaches the caller: the end of a stream may come in one packet with the fault.
  if (response.socket) response.socket.destroySoon();
  else response.destroy();
}

/** Sends a complete response. */
export function sendResponse(response: ServerResponse, { status, headers, body }: RefusalParts): void {
  const length = String(Buffer.byteLength(body));
  // The reason is always passed: without one, Node would use the one of an earlier `writeHead` that threw.
  const own = { ...headers, "content-length": length, [REQUEST_ID_HEADER]: requestIdOf(response.req) };
  response.writeHead(status, STATUS_CODES[status], own);
  endAfterBody(response, body);
}

/** Twice the largest body that the gateway forwards by default. */
const MAX_DROPPED_BYTES = 128 * 1024 * 1024;

/** Silence after which the rest of a body is not waited for. */
const LINGER_MS = 1000;

/**
 * Sends the last part of a response whose head has its length, and ends it when the request's body was read and dropped. A
 * caller who reads nothing while they send would otherwise get a broken connection in place of a refusal, and try again.
 */
export function endAfterBody(response: ServerResponse, last: string): void {
  const { req } = response;
  if (isReceived(req)) return void response.end(last);
  response.write(last);
  let dropped = 0;
  const end = () => response.end();
  let silence = setTimeout(end, LINGER_MS);
  req.on("data", (part: Buffer) => {
    clearTimeout(silence);
    dropped += part.length;
    if (dropped > MAX_DROPPED_BYTES) response.destroy();
    else silence = setTimeout(end, LINGER_MS);
  });
  for (const event of ["end", "close"]) {
    req.on(event, () => {
      clearTimeout(silence);
      end();
    });
  }
  req.resume();
}

function isReceived({ headers, complete }: IncomingMessage): boolean {
  return complete || !(Number(headers["content-length"]) > 0 || headers["transfer-encoding"] !== undefined);
}
