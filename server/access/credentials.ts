/** The key that a request carries, wherever a program can put it. */
import { looksLikeKey } from "./key_text.ts";

/** The credentials in a request. A provider's key is never copied out of its headers. */
export interface Credentials {
  /** The text that claims to be our key; `null` when there is none. */
  key: string | null;
  /** Two places have different keys: neither is used. */
  conflicting: boolean;
  /** The provider's key behind `~` in one API key (`qg_ingest_…~sk-…`). */
  provider_key: string | null;
  /** Our key stands where the provider's key belongs, so these headers must not go upstream as they are. */
  in_api_key: boolean;
}

/** Subprotocol in which programs without headers for WebSockets send their API key. */
const KEY_PROTOCOL = "openai-insecure-api-key.";

/**
 * Reads the credentials of a request. Each place is read, so that a key in one does not hide a wrong key in another:
 * `X-Quota-Key`, `X-Admin-Key`, `Authorization: Bearer`, `api-key` as Azure's clients send it, and the subprotocol of a
 * WebSocket.
 *
 * @param header the value of a header by its lower-case name.
 * @param is_gateway on `/v1/*`, an API key that is not our key is the caller's own key for the provider.
 * @param isOurs whether an API key is one of ours; the admin key of the environment has any form.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { credentials } from "./credentials.ts";
 *
 * const headers: Record<string, string> = { authorization: "Bearer qg_ingest_1~sk-2" };
 * const { key, provider_key } = credentials((name) => headers[name], true);
 * assert.deepEqual([key, provider_key], ["qg_ingest_1", "sk-2"]);
 * ```
 */
export function credentials(
  header: (name: string) => string | undefined,
  is_gateway: boolean,
  isOurs: (text: string) => boolean = looksLikeKey,
): Credentials {
  const found: Credentials = { key: null, conflicting: false, provider_key: null, in_api_key: false };
  addKey(found, header("x-quota-key"));
  addKey(found, header("x-admin-key"));
  addApiKey(found, bearerOf(header("authorization")), is_gateway, isOurs);
  addApiKey(found, header("api-key"), true, isOurs);
  addApiKey(found, protocolKey(header("sec-websocket-protocol")), is_gateway, isOurs);
  return found;
}

function addKey(found: Credentials, key: string | undefined): void {
  if (key === undefined) return;
  if (found.key === null) found.key = key;
  else if (found.key !== key) found.conflicting = true;
}

/** @param may_be_others a text that is not our key is another service's, and left alone. */
function addApiKey(
  found: Credentials,
  text: string | undefined,
  may_be_others: boolean,
  isOurs: (text: string) => boolean,
): void {
  if (text === undefined) return;
  const is_ours = isOurs(text);
  if (!is_ours && may_be_others) return;
  found.in_api_key ||= is_ours;
  const at = looksLikeKey(text) ? text.indexOf("~") : -1;
  addKey(found, at < 0 ? text : text.slice(0, at));
  if (at >= 0) found.provider_key ??= text.slice(at + 1) || null;
}

function bearerOf(value: string | undefined): string | undefined {
  return value === undefined ? undefined : /^bearer +(.*)$/is.exec(value)?.[1].trim() ?? value;
}

/** The key in a WebSocket's subprotocols. */
function protocolKey(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const names = value.split(",").map((name) => name.trim());
  return names.find((name) => name.startsWith(KEY_PROTOCOL))?.slice(KEY_PROTOCOL.length);
}
