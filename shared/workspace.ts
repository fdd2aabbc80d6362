/** Workspace ids: their pattern, their normalization and the default workspace. */

/** The pattern of a normalized id. */
export const WORKSPACE_ID_PATTERN = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** The pattern in words. */
export const WORKSPACE_ID_RULE = "1 to 64 of a-z, 0-9, _ and -, the first a letter or a digit";

/** The workspace that always exists, used when a caller names none. */
export const DEFAULT_WORKSPACE = "default";

/**
 * Normalizes a caller's text to a workspace id: NFC, lower case, then the pattern. Every id passes through here, so that
 * `Acme` and `acme` are one workspace, and `../..`, `__proto__` or a bidi mark are refused.
 *
 * @param text what the caller sent.
 * @returns the id, or `null` when the text is not a workspace id.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseWorkspaceId } from "./workspace.ts";
 *
 * assert.equal(parseWorkspaceId("Acme"), "acme");
 * assert.equal(parseWorkspaceId("../etc"), null);
 * ```
 */
export function parseWorkspaceId(text: string): string | null {
  if (text.length > 256) return null;
  const normalized = text.normalize("NFC").toLowerCase();
  return WORKSPACE_ID_PATTERN.test(normalized) ? normalized : null;
}

/** A workspace in a list, as a client reads it: a newer service may have further statuses. */
export interface ListedWorkspace {
  workspace_id: string;
  status: string;
  /** Used share of its tightest limit in percent; null where no limit is known. */
  percentage: number | null;
}
