/** The tokens to reserve for an attempt before its usage is known. */
import { LongArray, LongText } from "../../core/json/long_values.ts";
import { isObject, shortText } from "../json.ts";
import { type BodyText, lengthOf as textLength, tokenRate } from "../tokens/text_sample.ts";

/** Output tokens to reserve if the request sets no cap. */
const DEFAULT_OUTPUT = 500;

/** Limits one answer's part, so that callers who always send the largest cap do not lock a workspace out. */
const MAX_OUTPUT = 4000;

/** Limits the effect of `n`. */
const MAX_CHOICES = 8;

/** Slightly more than the largest context of any model. */
const MAX_INPUT = 2_000_000;

/** The part of a field or message that is structure. */
const TOKENS_PER_FIELD = 5;

/** Tokens to reserve for an image, audio clip or document: base64 has far more characters than the model reads tokens. */
const TOKENS_PER_ATTACHMENT = 1000;

/** Shorter strings are always counted as text. */
const MIN_ATTACHMENT_CHARACTERS = 1000;

/** Nesting searched for attachments: messages → parts → image → URL. */
const MAX_DEPTH = 6;

/** A data URL, except as text; and the property names that hold bare base64. */
const ATTACHMENT = /^data:[\w.+-]+\/[\w.+-]+[;,]/;
const TEXT_PROPERTIES = new Set(["text", "content"]);
const BASE64_PROPERTIES = new Set(["data", "file_data"]);

/** Endpoints with input and output tokens, and endpoints with input tokens only. */
const GENERATES = /(^|\/)(chat\/completions|completions|responses)$|^messages$|\/v1\/messages$/;
const READS_ONLY = /(^|\/)(embeddings|moderations|rerank)$/;

/** Whether calls of an endpoint have output tokens. */
export function hasOutputTokens(endpoint: string): boolean {
  return GENERATES.test(endpoint);
}

/** The reservation that a request suggests. */
export interface ReservedTokens {
  tokens: number;
  /** The input's part of `tokens`. */
  input_tokens: number;
  /** The request's own cap on output tokens, times `n`; `null` if it sets none. */
  output_cap: number | null;
}

/**
 * Estimates a request's tokens from the request alone:
 *
 * - input: estimated from the body's text, whatever its language; token ids count one each, a base64 file counts 1,000;
 * - output: the request's cap, at most 4,000, or 500 without a cap; times `n`, at most 8. An endpoint without output tokens,
 *   such as embeddings, reserves none.
 *
 * The tracker replaces the output part by what it knows of the model's recent answers
 * (`server/tracker/gauges/answer_memory.ts`).
 *
 * @param body the request's JSON.
 * @param fields the request's parsed body.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { reservedTokens } from "./reserved_tokens.ts";
 *
 * const body = { messages: [{ role: "user", content: "Hello" }], max_completion_tokens: 50 };
 * const { tokens, input_tokens } = reservedTokens("chat/completions", JSON.stringify(body), body);
 * assert.equal(tokens, input_tokens + 50);
 * ```
 */
export function reservedTokens(endpoint: string, body: BodyText, fields: Record<string, unknown>): ReservedTokens {
  if (endpoint !== last.endpoint) last = kindOf(endpoint);
  const { generates, reads } = last;
  if (!generates && !reads) return { tokens: 0, input_tokens: 0, output_cap: null };
  const input_tokens = Math.min(MAX_INPUT, inputTokens(body, fields));
  if (!generates) return { tokens: input_tokens, input_tokens, output_cap: null };
  const cap = capOf(fields.max_completion_tokens) ?? capOf(fields.max_output_tokens) ?? capOf(fields.max_tokens);
  const choices = Math.min(capOf(fields.n) ?? 1, MAX_CHOICES);
  const tokens = input_tokens + choices * Math.min(MAX_OUTPUT, cap ?? DEFAULT_OUTPUT);
  return { tokens, input_tokens, output_cap: cap === null ? null : choices * cap };
}

/** Of the request before: most repeat its endpoint. */
let last = kindOf("");

function kindOf(endpoint: string): { endpoint: string; generates: boolean; reads: boolean } {
  return { endpoint, generates: GENERATES.test(endpoint), reads: READS_ONLY.test(endpoint) };
}

function inputTokens(body: BodyText, fields: Record<string, unknown>): number {
  const ids = tokenIds(fields.input ?? fields.prompt);
  if (ids > 0) return ids;
  const length = textLength(body);
  const attached = { characters: 0, files: 0 };
  if (length >= MIN_ATTACHMENT_CHARACTERS) attachments("text", fields.messages ?? fields.input, MAX_DEPTH, attached);
  const text = Math.max(0, length - attached.characters);
  const rate = tokenRate(body, shortText(fields.model), attached.files > 0);
  const tokens = Math.max(1, Math.ceil(text * rate) - structureTokens(fields));
  return tokens + attached.files * TOKENS_PER_ATTACHMENT;
}

/** The tokens of names, quotes and options, which the model does not read. */
function structureTokens(fields: Record<string, unknown>): number {
  const { model, messages, input, prompt, stream, max_tokens, max_completion_tokens } = fields;
  const list = messages ?? input;
  let parts = Array.isArray(list) && isObject(list[0]) ? list.length : 0;
  if (model !== undefined) parts++;
  if (messages !== undefined) parts++;
  if (input !== undefined) parts++;
  if (prompt !== undefined) parts++;
  if (stream !== undefined) parts++;
  if (max_tokens !== undefined) parts++;
  if (max_completion_tokens !== undefined) parts++;
  return TOKENS_PER_FIELD * parts;
}

/** The number of token ids in an input such as `[1, 2]` or `[[1, 2], [3]]`. */
function tokenIds(input: unknown): number {
  if (input instanceof LongArray) return input.numbers;
  if (!Array.isArray(input)) return 0;
  const [first] = input;
  if (typeof first === "number") return input.length;
  if (!(first instanceof LongArray) && typeof first?.[0] !== "number") return 0;
  return input.reduce((sum: number, ids: unknown) => sum + lengthOf(ids), 0);
}

function lengthOf(ids: unknown): number {
  if (ids instanceof LongArray) return ids.numbers;
  return Array.isArray(ids) ? ids.length : 0;
}

function attachments(
  name: string,
  value: unknown,
  depth: number,
  found: { characters: number; files: number },
): void {
  if (typeof value === "string") {
    if (value.length < MIN_ATTACHMENT_CHARACTERS || !isAttachment(name, value)) return;
    found.characters += value.length;
    found.files++;
  } else if (value instanceof LongText) {
    if (!isAttachment(name, value.start)) return;
    found.characters += value.length;
    found.files++;
  } else if (depth > 0 && typeof value === "object" && value !== null) {
    for (const [name, part] of Object.entries(value)) attachments(name, part, depth - 1, found);
  }
}

function isAttachment(name: string, start: string): boolean {
  return BASE64_PROPERTIES.has(name) || !TEXT_PROPERTIES.has(name) && ATTACHMENT.test(start);
}

function capOf(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : null;
}
