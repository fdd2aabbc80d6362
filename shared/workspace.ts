/** Whose quota it is: the id, its one gate, and the workspace that always exists. */

/** What every id must look like once folded. */
export const WORKSPACE_ID_PATTERN = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** The workspace that always exists, used when a caller names none. */
export const DEFAULT_WORKSPACE = "default";

/**
 * Folds a caller's text into a workspace id: NFC first, then lower case, then the pattern. This is the only way in, so
 * that `Acme` and `acme` are one workspace and `../..`, `__proto__` or a bidi mark are none.
 *
 * @param text what the caller sent.
 * @returns the id, or `null` when the text is no workspace id.
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
  const folded = text.normalize("NFC").toLowerCase();
  return WORKSPACE_ID_PATTERN.test(folded) ? folded : null;
}
