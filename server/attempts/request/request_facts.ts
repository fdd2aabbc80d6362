/** Reads from a request what is needed before it is sent. */
import { LongArray, LongText } from "../../core/json/long_values.ts";
import { type Wanted, whole } from "../../core/json/skim.ts";
import { isObject, parseJson, shortText } from "../json.ts";
import type { BodyText } from "../tokens/text_sample.ts";
import { pathWithoutDeployment } from "./azure_deployment.ts";
import { type ReservedTokens, reservedTokens } from "./reserved_tokens.ts";

export interface RequestFacts {
  /** Path after `/v1/` with ids replaced. */
  endpoint: string;
  model: string | null;
  stream: boolean;
  /** Tokens to reserve, and the input's part of them. */
  tokens: number;
  input_tokens: number;
  /** The request's own cap on output tokens; `null` if it sets none. */
  output_cap: number | null;
  /** The service tier that it names. */
  requested_tier: string | null;
  /** The body to send: the caller's own, or one that also requests usage. */
  body: string | null;
  /** We requested usage and the caller did not, so the usage chunk must be removed from the stream. */
  hides_usage: boolean;
}

type Fields = Record<string, unknown>;

const NO_TOKENS: ReservedTokens = { tokens: 0, input_tokens: 0, output_cap: null };

const ID_SEGMENT = /^(?=.*\d)[A-Za-z]+[_-][A-Za-z0-9_-]{6,}$|^(?=.*\d)[0-9a-f-]{16,}$/;

/**
 * Reads a request's endpoint, model and expected tokens, and requests usage where it does not come by itself.
 *
 * @param path after `/v1/`, without query.
 * @param body the JSON text; `null` for no body or another content type.
 */
export function requestFacts(path: string, body: string | null): RequestFacts {
  const fields = body === null ? null : objectOf(parseJson(body));
  const facts = factsOf(path, fields, body ?? "", body);
  if (!fields || body === null || !needsUsageRequest(facts, fields)) return facts;
  facts.body = withUsage(body, fields);
  facts.hides_usage = true;
  return facts;
}

/** The members of a request that are read, for a `JsonSkim` of a large one. */
export const REQUEST_FACTS: Wanted = whole(
  "model",
  "stream",
  "stream_options",
  "messages",
  "input",
  "prompt",
  "max_completion_tokens",
  "max_output_tokens",
  "max_tokens",
  "n",
  "service_tier",
);

/**
 * The same for a large body, of which only a sample is decoded.
 *
 * @param skimmed its {@link REQUEST_FACTS}.
 * @returns facts without a body. If they hide usage, {@link withUsageBytes} makes the body to send.
 */
export function largeRequestFacts(path: string, skimmed: unknown, text: BodyText): RequestFacts {
  const fields = objectOf(skimmed);
  const facts = factsOf(path, fields, text, null);
  // An option of the caller's own would have to be replaced inside the text, so usage is then not requested.
  facts.hides_usage = fields !== null && !("stream_options" in fields) && needsUsageRequest(facts, fields);
  return facts;
}

/** The parts of a JSON object's bytes, with the option that requests usage. */
export function withUsageBytes(parts: readonly Uint8Array[]): Uint8Array[] {
  const first = parts.findIndex((part) => part.includes(0x7b));
  return [USAGE_OPTION, parts[first].subarray(parts[first].indexOf(0x7b) + 1), ...parts.slice(first + 1)];
}

const USAGE_OPTION = new TextEncoder().encode('{"stream_options":{"include_usage":true},');

function factsOf(path: string, fields: Fields | null, text: BodyText, body: string | null): RequestFacts {
  const endpoint = endpointOf(path);
  const reserved = fields ? reservedTokens(endpoint, text, fields) : NO_TOKENS;
  return {
    endpoint,
    model: shortText(fields?.model),
    stream: fields?.stream === true,
    tokens: reserved.tokens,
    input_tokens: reserved.input_tokens,
    output_cap: reserved.output_cap,
    requested_tier: shortText(fields?.service_tier),
    body,
    hides_usage: false,
  };
}

function needsUsageRequest({ stream, endpoint }: RequestFacts, fields: Fields): boolean {
  return stream && reportsUsageOnlyWhenAsked(endpoint) && canRequestUsage(fields);
}

/** The last path that was read: most requests repeat it. */
let last = { path: "", endpoint: "" };

function endpointOf(path: string): string {
  if (path !== last.path) last = { path, endpoint: readEndpoint(path) };
  return last.endpoint;
}

/** Endpoints that have tokens. */
const HAS_TOKENS = /(?:^|\/)(?:chat\/completions|completions|responses|embeddings|moderations|messages|rerank)$/;

/** Servers read these as another spelling of a path. */
const OTHER_SPELLING = /[%;A-Z]|^\/|\/\/|\/$/;

/** A path without a digit has no id, which is the common case. */
function readEndpoint(whole: string): string {
  const path = usualSpelling(pathWithoutDeployment(whole));
  const plain = /\d/.test(path) ? path.split("/").map((part) => ID_SEGMENT.test(part) ? "{id}" : part).join("/") : path;
  return plain.slice(0, 200);
}

/**
 * The path of an endpoint with tokens as the provider spells it. A limit must hold for each spelling that an upstream accepts:
 * upper case, encoded letters, doubled or final slashes, parameters of a segment.
 */
function usualSpelling(path: string): string {
  if (!OTHER_SPELLING.test(path)) return path;
  const segments = decode(path).split("/").map((segment) => segment.split(";", 1)[0].trim());
  const usual = segments.filter((segment) => segment !== "").join("/").toLowerCase();
  return HAS_TOKENS.test(usual) ? usual : path;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `null` for malformed JSON, too: the provider refuses it and still counts the request. */
function objectOf(value: unknown): Fields | null {
  if (!isObject(value) || Array.isArray(value)) return null;
  return value instanceof LongArray || value instanceof LongText ? null : value;
}

function reportsUsageOnlyWhenAsked(endpoint: string): boolean {
  return endpoint === "chat/completions" || endpoint === "completions" || endpoint.endsWith("/chat/completions");
}

/** Not if the caller requests usage, and not if `stream_options` is invalid: the provider refuses that. */
function canRequestUsage({ stream_options: options }: Record<string, unknown>): boolean {
  if (options === undefined || options === null) return true;
  return typeof options === "object" && !Array.isArray(options) &&
    (options as { include_usage?: unknown }).include_usage !== true;
}

/** A flat `stream_options` object. A nested or repeated one cannot be distinguished from a property of a tool or message. */
const STREAM_OPTIONS = /"stream_options"\s*:\s*(?:\{[^{}"]*(?:"[^"\\{}]*"[^{}"]*)*\}|null)/g;

/** Inserts the option into the text, because a parser would round large numbers such as a seed of 19 digits. */
function withUsage(body: string, fields: Record<string, unknown>): string {
  if (!("stream_options" in fields)) return body.replace("{", '{"stream_options":{"include_usage":true},');
  const stream_options = { ...fields.stream_options as Record<string, unknown> | null, include_usage: true };
  const found = body.match(STREAM_OPTIONS);
  if (found?.length !== 1 || body.split('"stream_options"').length !== 2) {
    return JSON.stringify({ ...fields, stream_options });
  }
  return body.replace(STREAM_OPTIONS, () => `"stream_options":${JSON.stringify(stream_options)}`);
}
