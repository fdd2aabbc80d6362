/** The key that a service gave this browser. It is kept in `storage.local`: `storage.sync` would copy it to other machines. */

/** Key of the {@link StoredKey} in `storage.local`. */
export const KEY_KEY = "key";

interface StoredKey {
  key: string;
  /** The service that the key is for. It is sent to no other address. */
  server_url: string;
}

/**
 * The stored key for a service.
 *
 * @returns null where there is none, and for a service at any other address.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { keyFor } from "./stored_key.ts";
 *
 * const stored = { key: "qg_read_1", server_url: "https://tools.acme.dev/quota" };
 * assert.equal(keyFor(stored, "https://tools.acme.dev/quota"), "qg_read_1");
 * assert.equal(keyFor(stored, "https://tools.acme.dev"), null);
 * ```
 */
export function keyFor(stored: unknown, server_url: string): string | null {
  const found = stored as Partial<StoredKey> | null | undefined;
  return found?.server_url === server_url && typeof found.key === "string" ? found.key : null;
}

/**
 * The key to store with new settings. The key of another service is dropped.
 *
 * @param new_key from a pairing for `server_url`; null where there was none.
 */
export function keyAfter(stored: unknown, server_url: string, new_key: string | null): StoredKey | null {
  const key = new_key ?? keyFor(stored, server_url);
  return key === null ? null : { key, server_url };
}
