/**
 * Names the credential that a request is sent with, by a hash: the provider's limits and refusals belong to it, and not
 * to the workspace. The key itself is stored and sent nowhere.
 */
import { sha256 } from "./sha256.ts";

/** Reads a header of the request, by its name in lower case. */
type HeaderOf = (name: string) => string | string[] | null | undefined;

/** Hexadecimal digits of a credential's name. 128 bits do not collide, and no key can be computed from them. */
const CREDENTIAL_DIGITS = 32;

/** Of OpenAI and most others, Azure, Anthropic, Google. Where a request has several, the first counts. */
const KEY_HEADERS = ["authorization", "api-key", "x-api-key", "x-goog-api-key"];

/** In the query: of Google, and of Azure's WebSockets. */
const KEY_PARAMETER = /[?&](?:key|api-key|api_key)=([^&#]+)/i;

/** A browser's WebSocket cannot set headers, so its subprotocols have the key, the organization and the project. */
const PROTOCOLS = "sec-websocket-protocol";
const KEY_PROTOCOL = "openai-insecure-api-key.";

/** A signature of AWS differs from call to call. Its access key does not. */
const AWS_ACCESS_KEY = /^aws4-\S+ .*?\bcredential=([^/,\s]+)/i;

const SCHEME = /^(?:bearer|api-key|key)\s+/i;

/**
 * The name of a request's credential: of its key, its organization, its project, and the host that it goes to. One key
 * can be valid for several organizations and projects, each of which has limits of its own.
 *
 * @param host of the provider, with a port that is not the scheme's own.
 * @param url or path of the request, for a key in the query.
 * @returns `null` for a request without a key.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { credentialOf } from "./credential.ts";
 *
 * const sent = (headers: Record<string, string>) => credentialOf("api.openai.com", (name) => headers[name]);
 * assert.match(sent({ authorization: "Bearer sk-1" })!, /^[0-9a-f]{32}$/);
 * assert.equal(sent({ authorization: "bearer sk-1" }), sent({ "api-key": "sk-1" }));
 * assert.notEqual(sent({ authorization: "Bearer sk-1" }), sent({ authorization: "Bearer sk-2" }));
 * assert.equal(sent({}), null);
 * ```
 */
export function credentialOf(host: string, header: HeaderOf, url = ""): string | null {
  const key = keyIn(header);
  // Where headers have the key, they have the rest as well: a lookup less for almost all requests.
  const protocols = key === null ? textOf(header(PROTOCOLS)) : "";
  const found = key ?? keyInProtocols(protocols) ?? KEY_PARAMETER.exec(url)?.[1];
  if (!found) return null;
  const organization = textOf(header("openai-organization")) || valueIn(protocols, "openai-organization.");
  const project = textOf(header("openai-project")) || valueIn(protocols, "openai-project.");
  return nameOf(host, found, organization, project);
}

/** The credential of a key alone, for a transport whose headers cannot be read. */
export function credentialOfKey(host: string, key: unknown): string | null {
  return typeof key === "string" && key ? nameOf(host, key, "", "") : null;
}

function keyIn(header: HeaderOf): string | null {
  for (const name of KEY_HEADERS) {
    const text = textOf(header(name));
    if (text) return AWS_ACCESS_KEY.exec(text)?.[1] ?? text;
  }
  return null;
}

function keyInProtocols(protocols: string): string | null {
  return valueIn(protocols, KEY_PROTOCOL) || null;
}

/** The rest of the subprotocol that begins with `prefix`; empty where there is none. */
function valueIn(protocols: string, prefix: string): string {
  if (protocols === "" || !protocols.includes(prefix)) return "";
  const found = protocols.split(",").find((protocol) => protocol.trim().startsWith(prefix));
  return found ? found.trim().slice(prefix.length) : "";
}

function textOf(value: ReturnType<HeaderOf>): string {
  return (Array.isArray(value) ? value[0] : value)?.trim() ?? "";
}

/** The names of this machine are one host. */
function hostOf(host: string): string {
  return host.toLowerCase().replace(/^(?:localhost|\[::1\])(?=:|$)/, "127.0.0.1");
}

/** Hashing takes some microseconds and programs use few keys. Like the headers of requests, these are in memory only. */
const names = new Map<string, string>();
const MAX_NAMES = 50;

/** The one before: programs send call after call with one key, and a comparison takes a tenth of the search. */
let last = { host: "", key: "", organization: "", project: "", name: "" };

/** @param key with its scheme, which does not belong to its name. */
function nameOf(host: string, key: string, organization: string, project: string): string {
  const isLast = last.key === key && last.host === host && last.organization === organization &&
    last.project === project;
  if (!isLast) last = { host, key, organization, project, name: hashOf(host, key, organization, project) };
  return last.name;
}

function hashOf(host: string, key: string, organization: string, project: string): string {
  const text = `${host}\n${key}\n${organization}\n${project}`;
  const known = names.get(text);
  if (known !== undefined) return known;
  const credential = `${hostOf(host)}\n${key.replace(SCHEME, "")}\n${organization}\n${project}`;
  const name = sha256(`quota-gauge credential\n${credential}`, CREDENTIAL_DIGITS);
  if (names.size >= MAX_NAMES) names.clear();
  names.set(text, name);
  return name;
}
