/**
 * The most asked question in its plainest form, which is answered at the door: `GET /api/quota/status`, alone or with one
 * `workspace_id` that needs no decoding. Whatever is asked in any other way is the pages' to answer or to refuse.
 */
import type { IncomingMessage } from "node:http";
import { DEFAULT_WORKSPACE, parseWorkspaceId } from "../../shared/workspace.ts";

const PATH = "/api/quota/status";
const BODY_HEADER = /^(content-length|transfer-encoding)$/i;
const BY_WORKSPACE = `${PATH}?workspace_id=`;

/**
 * The workspace whose status is asked for so; `null` for any other request.
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
  // A question has no body; one that has is looked at where bodies are.
  if (rawHeaders.some(namesBody)) return null;
  if (url === PATH) return DEFAULT_WORKSPACE;
  if (!url!.startsWith(BY_WORKSPACE)) return null;
  // The gate's own pattern leaves nothing in that a URL would encode.
  return parseWorkspaceId(url!.slice(BY_WORKSPACE.length));
}

/** Values are looked at as if they were names: one that reads so sends its request to the pages, which answer the same. */
function namesBody(text: string): boolean {
  return BODY_HEADER.test(text);
}
