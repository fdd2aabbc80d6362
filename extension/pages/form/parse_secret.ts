/** The text that lets a browser into a shared service: a pairing code, or a key. */

type Secret = { kind: "code"; code: string } | { kind: "key"; key: string };

/** The alphabet of codes has no U. */
const CODE = /^([0-9A-TV-Z]{4})([0-9A-TV-Z]{4})$/;
const READ_KEY = /^qg_read_\w+$/;

/**
 * Reads what a person typed or pasted.
 *
 * @returns null for any other text, an ingest key and an admin key included: a browser only reads.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseSecret } from "./parse_secret.ts";
 *
 * assert.deepEqual(parseSecret(" abcd efgh "), { kind: "code", code: "ABCD-EFGH" });
 * assert.deepEqual(parseSecret("qg_read_1a_2b"), { kind: "key", key: "qg_read_1a_2b" });
 * assert.equal(parseSecret("qg_admin_1a_2b"), null);
 * ```
 */
export function parseSecret(text: string): Secret | null {
  const key = text.trim();
  if (READ_KEY.test(key)) return { kind: "key", key };
  const letters = CODE.exec(text.replace(/[\s-]/g, "").toUpperCase());
  return letters && { kind: "code", code: `${letters[1]}-${letters[2]}` };
}
