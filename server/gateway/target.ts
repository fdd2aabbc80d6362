/** The target of a gateway request: `/v1/…` or `/w/{workspace}/v1/…`. */
import { parseWorkspaceId } from "../../shared/workspace.ts";

export interface Target {
  /** In lower case; `null` if {@link named} is not a valid id, or no workspace is named. */
  workspace_id: string | null;
  /** The workspace as the caller named it; `null` if none is named. */
  named: string | null;
  /** The part after `/v1/`, with its query. */
  path: string;
}

const ROUTE = /^(?:\/w\/([^/?]*))?\/v1\/(.+)$/s;

/**
 * Reads the target of a request. A workspace in the path takes precedence over the header.
 *
 * @param header the value of `X-Workspace-Id`.
 * @returns `null` if the path is not one of the gateway.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseTarget } from "./target.ts";
 *
 * assert.equal(parseTarget("/w/Acme/v1/chat/completions", undefined)?.workspace_id, "acme");
 * assert.equal(parseTarget("/healthz", undefined), null);
 * ```
 */
export function parseTarget(url: string, header: string | undefined): Target | null {
  const match = ROUTE.exec(url);
  if (!match) return null;
  const named = match[1] ?? header ?? null;
  return { workspace_id: named === null ? null : parseWorkspaceId(decode(named)), named, path: match[2] };
}

/** Error message for a target whose workspace is not valid; `null` for the others. */
export function invalidWorkspaceMessage({ workspace_id, named }: Target): string | null {
  if (workspace_id !== null || named === null) return null;
  return `Cannot count for workspace ${JSON.stringify(named.slice(0, 80))}: an id has 1 to 64 of a-z, 0-9, _ and -`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
