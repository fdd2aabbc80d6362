/** Reads from a request what is needed before it is sent. */
import { isObject, parseJson, shortText } from "../json.ts";
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
  /** The body to send: the caller's own, or one that also requests usage. */
  body: string | null;
  /** We requested usage and the caller did not, so the usage chunk must be removed from the stream. */
  hides_usage: boolean;
}

const NO_TOKENS: ReservedTokens = { tokens: 0, input_tokens: 0, output_cap: null };

const ID_SEGMENT = /^(?=.*\d)[A-Za-z]+[_-][A-Za-z0-9_-]{6,}$|^(?=.*\d)[0-9a-f-]{16,}$/;

/**
 * Reads a request's endpoint, model and expected tokens, and requests usage where it does not come by itself.
 *
 * @param path after `/v1/`, without query.
 * @param body the JSON text; `null` for no body or another content type.
 */
export function requestFacts(path: string, body: string | null): RequestFacts {
  const endpoint = endpointOf(path);
  const fields = parseObject(body);
  const stream = fields?.stream === true;
  const { tokens, input_tokens, output_cap } = fields && body !== null
    ? reservedTokens(endpoint, body.length, fields)
    : NO_TOKENS;
  const facts = {
    endpoint,
    model: shortText(fields?.model),
    stream,
    tokens,
    input_tokens,
    output_cap,
    body,
    hides_usage: false,
  };
  if (!stream || body === null || !reportsUsageOnlyWhenAsked(endpoint) || !canRequestUsage(fields!)) return facts;
  facts.body = withUsage(body, fields!);
  facts.hides_usage = true;
  return facts;
}

/** The last path that was read: most requests repeat it. */
let last = { path: "", endpoint: "" };

function endpointOf(path: string): string {
  if (path !== last.path) last = { path, endpoint: readEndpoint(path) };
  return last.endpoint;
}

/** A path without a digit has no id, which is the common case. */
function readEndpoint(whole: string): string {
  const path = pathWithoutDeployment(whole);
  const plain = /\d/.test(path) ? path.split("/").map((part) => ID_SEGMENT.test(part) ? "{id}" : part).join("/") : path;
  return plain.slice(0, 200);
}

function parseObject(body: string | null): Record<string, unknown> | null {
  // The provider refuses malformed JSON and still counts the request.
  const value = body === null ? undefined : parseJson(body);
  return isObject(value) && !Array.isArray(value) ? value : null;
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
