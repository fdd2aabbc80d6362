/** The key that a request carries, wherever a program can put it. */
import { looksLikeKey } from "./key_text.ts";

/** The credentials in a request. A provider's key is never copied out of its headers. */
export interface Credentials {
  /** The text that claims to be our key; `null` when there is none. */
  key: string | null;
  /** Two headers have different keys: neither is used. */
  conflicting: boolean;
  /** The provider's key behind `~` in one API key (`qg_ingest_…~sk-…`). */
  provider_key: string | null;
}

/** Headers that may carry a key, lower case. They never go upstream. */
const KEY_HEADERS = ["x-quota-key", "x-admin-key"] as const;

/**
 * Reads the credentials of a request: `X-Quota-Key`, `X-Admin-Key`, or `Authorization: Bearer`.
 *
 * @param header the value of a header by its lower-case name.
 * @param is_gateway on `/v1/*`, a bearer that is not our key is the caller's own key for the provider.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { credentials } from "./credentials.ts";
 *
 * const headers: Record<string, string> = { authorization: "Bearer qg_ingest_1~sk-2" };
 * assert.deepEqual(credentials((name) => headers[name], true), {
 *   key: "qg_ingest_1",
 *   conflicting: false,
 *   provider_key: "sk-2",
 * });
 * ```
 */
export function credentials(header: (name: string) => string | undefined, is_gateway: boolean): Credentials {
  const bearer = bearerOf(header("authorization")) ?? azureKey(header("api-key"));
  const [own, provider_key] = bearer !== null && looksLikeKey(bearer)
    ? split(bearer)
    : [is_gateway ? null : bearer, null];
  const keys = [...KEY_HEADERS.map((name) => header(name)), own].filter((key) => key !== null && key !== undefined);
  const conflicting = keys.some((key) => key !== keys[0]);
  return { key: keys[0] ?? null, conflicting, provider_key };
}

/** Azure's clients send their key as `api-key`. If that is our key, it is used like a bearer. */
function azureKey(value: string | undefined): string | null {
  return value !== undefined && looksLikeKey(value) ? value : null;
}

function bearerOf(value: string | undefined): string | null {
  if (value === undefined) return null;
  return /^bearer +(.*)$/is.exec(value)?.[1].trim() ?? value;
}

function split(text: string): [own: string, provider_key: string | null] {
  const at = text.indexOf("~");
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1) || null];
}
