/** Refuses targets that two servers could read as different paths: the check of one would not hold for the other. */

/** Most targets have none of these, and need no further check. */
const UNUSUAL = /[%\\;]|[^!-~]|\/\.{1,2}(?:\/|$)/;

/** A percent sequence that is left after decoding: its `%` was written as `%25`. */
const ENCODED_TWICE = /%[\da-f]{2}/i;
const CONTROL = /\p{Cc}/u;

/**
 * Why a target is not routed, as a clause; `null` for a target that is.
 *
 * @param mayHaveSlash a segment may contain an encoded slash: the provider's model names and the ids of calls do.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pathFault } from "./path_fault.ts";
 *
 * assert.equal(pathFault("/v1/models/meta%2Fllama-3", true), null);
 * assert.equal(pathFault("/v1/..;/api/quota/keys", true), "it has a dot segment");
 * ```
 */
export function pathFault(target: string, mayHaveSlash: boolean): string | null {
  if (!target.startsWith("/")) return "it does not begin with a slash";
  if (target.includes("#")) return "it has a #: write %23";
  const path = target.split("?", 1)[0];
  if (!UNUSUAL.test(path)) return null;
  const decoded = decode(path);
  if (decoded === null) return "it has a percent sequence that is not UTF-8";
  if (ENCODED_TWICE.test(decoded)) return "a part of it is encoded twice";
  if (CONTROL.test(decoded)) return "it has a control character";
  // Some servers fold wide forms of dots and slashes into plain ones.
  const folded = decoded.normalize("NFKC");
  if (folded.includes("\\")) return "it has a backslash";
  if (folded.split("/").some(isDotSegment)) return "it has a dot segment";
  return !mayHaveSlash && /%2f/i.test(path) ? "it has an encoded slash" : null;
}

/** Some servers drop a segment's parameters, which begin with a semicolon, and blanks around it. */
function isDotSegment(segment: string): boolean {
  const name = segment.split(";", 1)[0].trim();
  return name === "." || name === "..";
}

function decode(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}
