/** What must be known of a request before it is sent. */
import { pathWithoutDeployment } from "./azure_deployment.ts";
import { type ReservedTokens, reservedTokens } from "./reserved_tokens.ts";

export interface RequestFacts {
  /** Path after `/v1/`, ids replaced. */
  endpoint: string;
  model: string | null;
  stream: boolean;
  /** Tokens to reserve, and those of them that are for the input. */
  tokens: number;
  input_tokens: number;
  /** The most that its answers may take, as it says; `null` where it says nothing. */
  output_cap: number | null;
  /** The body to send: the caller's own, or with usage asked for. */
  body: string | null;
  /** We asked for a stream's usage and the caller did not: its chunk is to be hidden from him. */
  hides_usage: boolean;
}

const NO_TOKENS: ReservedTokens = { tokens: 0, input_tokens: 0, output_cap: null };

const ID_SEGMENT = /^(?=.*\d)[A-Za-z]+[_-][A-Za-z0-9_-]{6,}$|^(?=.*\d)[0-9a-f-]{16,}$/;

/**
 * Reads a request.
 *
 * @param path after `/v1/`, without query.
 * @param body the JSON text, or `null` for none or another type.
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
    model: modelOf(fields),
    stream,
    tokens,
    input_tokens,
    output_cap,
    body,
    hides_usage: false,
  };
  if (!stream || body === null || !reportsUsageOnlyWhenAsked(endpoint) || !mayBeAskedForUsage(fields!)) return facts;
  facts.body = withUsage(body, fields!);
  facts.hides_usage = true;
  return facts;
}

/** The last one read: most are asked over and over. */
let last = { path: "", endpoint: "" };

function endpointOf(path: string): string {
  if (path !== last.path) last = { path, endpoint: readEndpoint(path) };
  return last.endpoint;
}

/** Most paths have no digit, and so no id. */
function readEndpoint(whole: string): string {
  const path = pathWithoutDeployment(whole);
  const plain = /\d/.test(path) ? path.split("/").map((part) => ID_SEGMENT.test(part) ? "{id}" : part).join("/") : path;
  return plain.slice(0, 200);
}

function parseObject(body: string | null): Record<string, unknown> | null {
  if (body === null) return null;
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Record<string, unknown>
      : null;
  } catch {
    // Malformed JSON is the provider's to refuse: it counts as the request that it is.
    return null;
  }
}

function modelOf(fields: Record<string, unknown> | null): string | null {
  return typeof fields?.model === "string" && fields.model ? fields.model.slice(0, 200) : null;
}

function reportsUsageOnlyWhenAsked(endpoint: string): boolean {
  return endpoint === "chat/completions" || endpoint === "completions" || endpoint.endsWith("/chat/completions");
}

/** Not when the caller asks himself, nor when his options are none: those are the provider's to refuse. */
function mayBeAskedForUsage({ stream_options: options }: Record<string, unknown>): boolean {
  if (options === undefined || options === null) return true;
  return typeof options === "object" && !Array.isArray(options) &&
    (options as { include_usage?: unknown }).include_usage !== true;
}

/** Flat, and the one of its name: else it cannot be told from one inside a tool or a message. */
const STREAM_OPTIONS = /"stream_options"\s*:\s*(?:\{[^{}"]*(?:"[^"\\{}]*"[^{}"]*)*\}|null)/g;

/** Spliced in, so that the rest of the caller's bytes stays his own: a seed of 19 digits would not survive a parser. */
function withUsage(body: string, fields: Record<string, unknown>): string {
  if (!("stream_options" in fields)) return body.replace("{", '{"stream_options":{"include_usage":true},');
  const stream_options = { ...fields.stream_options as Record<string, unknown> | null, include_usage: true };
  const found = body.match(STREAM_OPTIONS);
  if (found?.length !== 1 || body.split('"stream_options"').length !== 2) {
    return JSON.stringify({ ...fields, stream_options });
  }
  return body.replace(STREAM_OPTIONS, () => `"stream_options":${JSON.stringify(stream_options)}`);
}
