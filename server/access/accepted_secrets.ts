/**
 * The secrets that were accepted a moment ago, one for each key, so that not every call costs a SHA-256 (6 µs, a seventh of
 * a call through the gateway). They are in memory only, as the headers of each request are.
 */
import type { StoredKey } from "./key.ts";

/** The number of characters of a key's id, which stands before the last `_`. */
const ID_LENGTH = 8;

export class AcceptedSecrets {
  readonly #byId = new Map<string, { text: string; key: StoredKey }>();

  /**
   * The record with which a text was accepted. The caller checks that it is still the present record of the key, which
   * changes with every change of the key.
   */
  find(text: string): StoredKey | undefined {
    const accepted = this.#byId.get(idIn(text));
    return accepted !== undefined && isSameText(accepted.text, text) ? accepted.key : undefined;
  }

  /** Replaces the one before. */
  add(text: string, key: StoredKey): void {
    this.#byId.set(key.id, { text, key });
  }

  delete(id: string): void {
    this.#byId.delete(id);
  }
}

function idIn(text: string): string {
  const end = text.lastIndexOf("_");
  return text.slice(Math.max(0, end - ID_LENGTH), Math.max(0, end));
}

/** In a time that does not depend on where the texts differ. The length of a key is public. */
function isSameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}
