/** What a gateway request is aimed at: `/v1/…` or `/w/{workspace}/v1/…`. */
import { DEFAULT_WORKSPACE, parseWorkspaceId } from "../../shared/workspace.ts";

export interface Target {
  /** Folded id; `null` when what the caller named is none. */
  workspace_id: string | null;
  /** What the caller named. */
  named: string;
  /** After `/v1/`, with query. */
  path: string;
}

const ROUTE = /^(?:\/w\/([^/?]*))?\/v1\/(.+)$/s;

/**
 * Reads a request's path and `X-Workspace-Id`; the path goes first.
 *
 * @returns `null` when the path is not the gateway's.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { target } from "./target.ts";
 *
 * assert.equal(target("/w/Acme/v1/chat/completions", undefined)?.workspace_id, "acme");
 * assert.equal(target("/healthz", undefined), null);
 * ```
 */
export function target(url: string, header: string | undefined): Target | null {
  const match = ROUTE.exec(url);
  if (!match) return null;
  const named = match[1] ?? header ?? DEFAULT_WORKSPACE;
  return { workspace_id: parseWorkspaceId(decoded(named)), named, path: match[2] };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
