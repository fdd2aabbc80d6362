/** Chunk extensions (RFC 9112 §7.1.1): nothing of them is used, but an invalid one makes the chunk ambiguous. */

/** `start` follows the semicolon. */
export type ExtensionState = "start" | "name" | "value" | "quoted" | "escaped" | "quoted_end";

const TOKEN = /[!#$%&'*+\-.^`|~\w]/;
const QUOTED = /[\t\x20-\x7e\x80-\xff]/;

/**
 * The state after a character.
 *
 * @returns `null` for a character that may not stand there.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { afterExtensionCharacter } from "./chunk_extension.ts";
 *
 * assert.equal(afterExtensionCharacter("name", "="), "value");
 * assert.equal(afterExtensionCharacter("name", " "), null);
 * ```
 */
export function afterExtensionCharacter(state: ExtensionState, character: string): ExtensionState | null {
  if (state === "escaped") return QUOTED.test(character) ? "quoted" : null;
  if (state === "quoted") return afterQuoted(character);
  if (character === ";") return "start";
  if (state === "quoted_end") return null;
  if (state === "value") return character === '"' ? "quoted" : TOKEN.test(character) ? "value" : null;
  if (character === "=") return "value";
  return TOKEN.test(character) ? "name" : null;
}

/** Whether the line may end in this state. */
export function mayEndExtension(state: ExtensionState): boolean {
  return state === "name" || state === "value" || state === "quoted_end";
}

function afterQuoted(character: string): ExtensionState | null {
  if (character === '"') return "quoted_end";
  if (character === "\\") return "escaped";
  return QUOTED.test(character) ? "quoted" : null;
}
