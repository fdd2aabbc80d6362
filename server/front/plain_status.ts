/**
 * Recognizes the most frequent request in its plainest form: `GET /api/quota/status`, alone or with one `workspace_id` that
 * needs no decoding. The front door answers it directly; every other form goes through the routes.
 */
import type { IncomingMessage } from "node:http";
import { parseWorkspaceId } from "../../shared/workspace.ts";

const PATH = "/api/quota/status";
const BODY_HEADER = /^(content-length|transfer-encoding)$/i;
const BY_WORKSPACE = `${PATH}?workspace_id=`;

/**
 * The workspace that a plain status request names, if any; `null` for any other request.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { plainStatus } from "./plain_status.ts";
 *
 * const ask = (url: string, method = "GET") => plainStatus({ url, method, rawHeaders: [] });
 * assert.deepEqual(ask("/api/quota/status"), { workspace_id: null });
 * assert.deepEqual(ask("/api/quota/status?workspace_id=Acme"), { workspace_id: "acme" });
 * assert.equal(ask("/api/quota/status?workspace_id=%41cme"), null);
 * assert.equal(ask("/api/quota/status", "HEAD"), null);
 * ```
 */
export function plainStatus(
  { url, method, rawHeaders }: Pick<IncomingMessage, "url" | "method" | "rawHeaders">,
): { workspace_id: string | null } | null {
  if (method !== "GET" || !url!.startsWith(PATH)) return null;
  // Requests with a body go to the routes, which know how to read or refuse it.
  if (rawHeaders.some(namesBody)) return null;
  if (url === PATH) return { workspace_id: null };
  if (!url!.startsWith(BY_WORKSPACE)) return null;
  // The pattern of workspace ids contains no character that a URL would encode.
  const workspace_id = parseWorkspaceId(url!.slice(BY_WORKSPACE.length));
  return workspace_id === null ? null : { workspace_id };
}

/** Header values are tested like names. A value that matches only sends its request to the routes, which answer the same. */
function namesBody(text: string): boolean {
  return BODY_HEADER.test(text);
}
