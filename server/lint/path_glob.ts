/** Matches file paths with globs. */

const ESCAPED = /[\\^$.*+?()[\]{}|]/g;

/**
 * Whether a file matches one of the patterns. `*` and `?` stay within a folder, `**` crosses folders, and `{a,b}` is
 * either. A pattern that begins with `/` or a drive matches the whole path. Any other matches the end of the path, from
 * any folder on, since a linter does not say where the repository begins.
 *
 * @param filename a path with either slash, or a `file:` URL.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { matchesAnyGlob } from "./path_glob.ts";
 *
 * assert(matchesAnyGlob(["src/openai/**"], "/home/me/shop/src/openai/client.ts"));
 * assert(matchesAnyGlob(["*_test.{ts,js}"], "C:\\shop\\src\\order_test.ts"));
 * assert(!matchesAnyGlob(["src/*.ts"], "/home/me/shop/src/openai/client.ts"));
 * ```
 */
export function matchesAnyGlob(patterns: readonly string[], filename: string): boolean {
  const path = filename.replace(/^file:\/\/(?=\/)/, "").replaceAll("\\", "/");
  return patterns.some((pattern) => compiled(pattern).test(path));
}

/** Compiled patterns: few of them are matched with every file of a repository. */
const cache = new Map<string, RegExp>();

function compiled(pattern: string): RegExp {
  const before = cache.get(pattern);
  if (before) return before;
  const whole = /^(?:\/|[a-z]:)/i.test(pattern);
  const body = translated(pattern.replaceAll("\\", "/").replace(/^\.\//, ""));
  const regexp = new RegExp(`${whole ? "^" : "(?:^|/)"}${body}$`);
  cache.set(pattern, regexp);
  return regexp;
}

function translated(pattern: string): string {
  return pattern.split(/((?:\*\*\/)+|\*+|\?|\{[^{}]*\})/).map(part).join("");
}

function part(text: string): string {
  if (/^\*\*\//.test(text)) return "(?:[^/]+/)*";
  if (text === "*") return "[^/]*";
  if (/^\*\*/.test(text)) return ".*";
  if (text === "?") return "[^/]";
  if (/^\{.*\}$/s.test(text)) return `(?:${text.slice(1, -1).split(",").map(translated).join("|")})`;
  return text.replace(ESCAPED, "\\$&");
}
