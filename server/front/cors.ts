/** Cross-origin requests of the pages in `QUOTA_ALLOWED_ORIGINS`: https://fetch.spec.whatwg.org/#http-cors-protocol. */
import type { IncomingMessage, ServerResponse } from "node:http";

const METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";

/** How long a browser may remember the answer to its question, in seconds. */
const MAX_AGE = "600";

/**
 * Allows a listed page to read the response, and answers the question that its browser asks before a request.
 *
 * @returns whether the request is answered.
 */
export function allowOrigin(
  { headers, method }: IncomingMessage,
  response: ServerResponse,
  allowed: ReadonlySet<string>,
): boolean {
  const { origin } = headers;
  if (origin === undefined || !allowed.has(origin.toLowerCase())) return false;
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("access-control-expose-headers", "*");
  response.setHeader("vary", "origin");
  if (method !== "OPTIONS" || headers["access-control-request-method"] === undefined) return false;
  response.writeHead(204, {
    "access-control-allow-methods": METHODS,
    "access-control-allow-headers": headers["access-control-request-headers"] ?? "",
    "access-control-max-age": MAX_AGE,
  }).end();
  return true;
}
