/** Chooses the headers that the gateway forwards, in each direction. */

import { looksLikeKey } from "../access/key_text.ts";

/** Meant for one hop only (RFC 9110 §7.6.1), or for the gateway itself. */
const NOT_FOR_UPSTREAM = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "host",
  "content-length",
  "expect",
  // Proxies before the service write these: they name people and machines of the team. `via` is replaced.
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-prefix",
  "x-forwarded-proto",
  "x-forwarded-server",
  "x-real-ip",
]);

/** Headers for the gateway, keys among them. Some servers take an underscore for a hyphen. */
const OWN = /^x[-_](?:quota[-_]|workspace[-_]id$|admin[-_]key$)/;

/** A cookie of this service, by its name or because it has one of our keys. */
const OWN_COOKIE = /^\s*(?:__(?:host|secure)-)?(?:qg|quota|quota-?gauge)[-_.]|qg_(?:ingest|read|admin)_/i;

/** Meant for one hop only. */
const NOT_FOR_CALLER = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Headers for the upstream: the caller's, without those for the gateway.
 *
 * @param key for the provider, in place of the caller's own; `null` forwards that one.
 * @param via the services that the call has passed.
 */
export function upstreamHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  key: string | null,
  via: string,
): Record<string, string | string[]> {
  const forwarded: Record<string, string | string[]> = {};
  const connection = String(headers.connection ?? "").toLowerCase();
  const named = connection ? connection.split(/\s*,\s*/) : null;
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || isForGateway(name) || named?.includes(name)) continue;
    // A key of ours may stand in any header, because clients differ.
    if (typeof value !== "string" || !looksLikeKey(value)) forwarded[name] = value;
  }
  if (forwarded.cookie !== undefined) removeOwnCookies(forwarded);
  if (key !== null) replaceKey(forwarded, key, headers["api-key"] !== undefined);
  forwarded.via = via;
  return forwarded;
}

function isForGateway(name: string): boolean {
  return NOT_FOR_UPSTREAM.has(name) || (name.charCodeAt(0) === LETTER_X && mayBeOwn(name) && OWN.test(name));
}

const LETTER_A = 97, LETTER_Q = 113, LETTER_W = 119, LETTER_X = 120;

/** The SDK sends many headers with an x, of which only the third letter is looked at. */
function mayBeOwn(name: string): boolean {
  const third = name.charCodeAt(2);
  return third === LETTER_Q || third === LETTER_A || third === LETTER_W;
}

/** The caller's other cookies stay as they are. */
function removeOwnCookies(headers: Record<string, string | string[]>): void {
  const cookies = String(headers.cookie).split(";");
  const others = cookies.filter((cookie) => !OWN_COOKIE.test(cookie));
  if (others.length === cookies.length) return;
  headers.cookie = others.join(";").trim();
  if (headers.cookie === "") delete headers.cookie;
}

/** Azure's clients send `api-key`, which may hold a quota key. */
function replaceKey(headers: Record<string, unknown>, key: string, isAzure: boolean): void {
  headers.authorization = `Bearer ${key}`;
  if (isAzure) headers["api-key"] = key;
}

/**
 * Headers for the caller: the upstream's, in its order and spelling, without those that this gateway sets.
 *
 * @param raw names and values in turn.
 * @param isShortened a part of the body is removed, so its length is no longer known.
 * @param names the names in lower case, if they are known already.
 * @returns names and values in turn.
 */
export function callerHeaders(raw: readonly string[], isShortened = false, names = lowerCaseNames(raw)): string[] {
  const forwarded: string[] = [];
  const named = namedByConnection(names, raw);
  for (let at = 0; at < names.length; at++) {
    const name = names[at];
    // Another service of this kind behind the gateway counts for itself.
    if (name.charCodeAt(2) === LETTER_Q && name.startsWith("x-quota-")) continue;
    if (NOT_FOR_CALLER.has(name) || named?.includes(name) || (isShortened && name === "content-length")) continue;
    forwarded.push(raw[at * 2], raw[at * 2 + 1]);
  }
  return forwarded;
}

function lowerCaseNames(raw: readonly string[]): string[] {
  return raw.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
}

/** Names of further headers of this hop; `null` for the usual values "keep-alive" and "close". */
function namedByConnection(names: readonly string[], raw: readonly string[]): string[] | null {
  const at = names.indexOf("connection");
  if (at < 0) return null;
  const value = raw[at * 2 + 1].toLowerCase();
  return value === "keep-alive" || value === "close" ? null : value.split(/\s*,\s*/);
}
