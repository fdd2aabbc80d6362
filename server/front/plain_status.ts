/**
 * Recognizes the most frequent request in its plainest form: `GET /api/quota/status`, alone or with one `workspace_id` that
 * needs no decoding. The front door answers it directly; every other form goes through the routes.
 */
import type { IncomingMessage } from "node:http";
import { DEFAULT_WORKSPACE, parseWorkspaceId } from "../../shared/workspace.ts";

const PATH = "/api/quota/status";
const BODY_HEADER = /^(content-length|transfer-encoding)$/i;
const BY_WORKSPACE = `${PATH}?workspace_id=`;

/**
 * The workspace of a plain status request; `null` for any other request.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { plainStatus } from "./plain_status.ts";
 *
 * const ask = (url: string, method = "GET") => plainStatus({ url, method, rawHeaders: [] });
 * assert.equal(ask("/api/quota/status"), "default");
 * assert.equal(ask("/api/quota/status?workspace_id=Acme"), "acme");
 * assert.equal(ask("/api/quota/status?workspace_id=%41cme"), null);
 * assert.equal(ask("/api/quota/status", "HEAD"), null);
 * ```
 */
export function plainStatus({ url, method, rawHeaders }: Pick<IncomingMessage, "url" | "method" | "rawHeaders">) {
  if (method !== "GET" || !url!.startsWith(PATH)) return null;
  // Requests with a body go to the routes, which know how to read or refuse it.
  if (rawHeaders.some(namesBody)) return null;
  if (url === PATH) return DEFAULT_WORKSPACE;
  if (!url!.startsWith(BY_WORKSPACE)) return null;
  // The pattern of workspace ids contains no character that a URL would encode.
  return parseWorkspaceId(url!.slice(BY_WORKSPACE.length));
}

/** Header values are tested like names. A value that matches only sends its request to the routes, which answer the same. */
function namesBody(text: string): boolean {
  return BODY_HEADER.test(text);
}
