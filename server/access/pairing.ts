/**
 * Pairing: an admin makes a short code, a person types it into the extension, and the extension gets a read key of its
 * own. A code is 8 characters of 32 (40 bits), valid for ten minutes and once. After five wrong codes an address waits, so
 * that it has at most 14 tries in this time, and guesses a given code with a chance of 1 in 8 × 10¹⁰.
 */
import { type AccessStore, type Actor, entry } from "./store.ts";
import { hashOf, type StoredKey } from "./key.ts";
import type { Keyring } from "./keyring.ts";

/** How long a code is valid. */
export const PAIRING_MS = 10 * 60_000;

/** Without I, L, O and U, which are easily misread (Crockford's base32). */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_LENGTH = 8;

export class Pairing {
  readonly #store: AccessStore;
  readonly #keyring: Keyring;
  readonly #now: () => number;

  constructor(store: AccessStore, keyring: Keyring, now: () => number) {
    this.#store = store;
    this.#keyring = keyring;
    this.#now = now;
  }

  /** Makes a code for one workspace. The code is returned only here and stored as a hash. */
  create(workspace_id: string, by: Actor): { code: string; expires_at_ms: number } {
    const code = newCode();
    const now = this.#now();
    const expires_at_ms = now + PAIRING_MS;
    const pairing = { hash: hashOf(code), workspace_id, created_by: by.actor, expires_at_ms };
    this.#store.putPairing(pairing, entry(by, now, "pairing_created", workspace_id));
    return { code, expires_at_ms };
  }

  /**
   * Exchanges a code for a read key.
   *
   * @param name of the browser, which becomes the key's note.
   * @returns `null` for a code that is unknown, used or expired, or whose admin's key has ended.
   */
  redeem(text: string, name: string, address: string | null): { text: string; key: StoredKey } | null {
    const code = parseCode(text);
    const pairing = code && this.#store.takePairing(hashOf(code), this.#now());
    if (!pairing) return null;
    const { workspace_id, created_by } = pairing;
    // Of an admin without a key, such as the command line, there is none.
    const key = this.#keyring.list().find(({ id }) => id === created_by) ?? null;
    if (key && !this.#keyring.isLive(key)) return null;
    const request = { kind: "read" as const, workspaces: [workspace_id], note: name };
    return this.#keyring.create(request, { actor: `pairing by ${created_by}`, address, key });
  }
}

/**
 * Reads a code as a person types it: in lower case, without the hyphen, with I, L and O for 1, 1 and 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseCode } from "./pairing.ts";
 *
 * assert.equal(parseCode("abcd efgo"), "ABCD-EFG0");
 * assert.equal(parseCode("ABCD-EFG"), null);
 * ```
 */
export function parseCode(text: string): string | null {
  const letters = text.toUpperCase().replace(/[\s-]/g, "").replace(/[IL]/g, "1").replaceAll("O", "0");
  if (letters.length !== CODE_LENGTH || [...letters].some((letter) => !LETTERS.includes(letter))) return null;
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

function newCode(): string {
  // 256 is a multiple of 32, so each letter is as likely as any other.
  const letters = [...crypto.getRandomValues(new Uint8Array(CODE_LENGTH))].map((byte) => LETTERS[byte % 32]).join("");
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}
