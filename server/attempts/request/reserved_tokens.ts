/** How many tokens to hold for an attempt whose use is not known yet. */

/** Characters a token, on the whole, in English and JSON. */
const CHARACTERS_A_TOKEN = 4;

/** Held for the answer when the caller set no cap, and nobody knows what answers take. */
const DEFAULT_OUTPUT = 500;

/** Most that is held for one answer: callers who always send the largest cap must not lock a workspace out. */
const MOST_OUTPUT = 4000;

/** Most answers to one question that are held for. */
const MOST_CHOICES = 8;

/** Most that is held for what is sent: the longest that any model reads, and a little more. */
const MOST_INPUT = 2_000_000;

/** Held for a picture, a sound or a document, which travels as very many characters and is read as few tokens. */
const ATTACHED_TOKENS = 1000;

/** A text in a request that is longer is looked at: it may be no text. */
const SHORTEST_ATTACHMENT = 1000;

/** Looked at for attachments, at most this deep: messages → parts → picture → address. */
const DEPTH = 6;

/** How a file starts that travels as characters, and the names under which it travels without saying so. */
const ATTACHMENT = /^data:[\w.+-]+\/[\w.+-]+[;,]/;
const BARE = new Set(["data", "file_data"]);

/** Endpoints that answer with tokens, and those that only read some. */
const ANSWERS = /(^|\/)(chat\/completions|completions|responses)$/;
const READS = /(^|\/)(embeddings|moderations)$/;

/** A hold as the request alone makes it likely. */
export interface ReservedTokens {
  tokens: number;
  /** The part of it that is for the input. */
  input_tokens: number;
  /** The most that its answers may take, as the request says; `null` where it says nothing. */
  output_cap: number | null;
}

/**
 * What a request makes likely, before anything is known of the workspace:
 *
 * - its input: characters over four. A list of token ids counts one by one, a file in base64 as 1,000 tokens;
 * - its answers: their cap, at most 4,000, or 500 where it sets none; times `n`, at most 8.
 *
 * The tracker bounds the answers' part further, by what this model's answers took in this workspace lately and by a
 * quarter of the limit, so that no cap locks a workspace out (`server/tracker/gauges/held_tokens.ts`).
 *
 * @param characters of the body.
 * @param fields the request's parsed body.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { reservedTokens } from "./reserved_tokens.ts";
 *
 * const { tokens } = reservedTokens("chat/completions", 400, { max_completion_tokens: 50 });
 * assert.equal(tokens, 150);
 * ```
 */
export function reservedTokens(endpoint: string, characters: number, fields: Record<string, unknown>): ReservedTokens {
  const answers = ANSWERS.test(endpoint);
  if (!answers && !READS.test(endpoint)) return { tokens: 0, input_tokens: 0, output_cap: null };
  const input_tokens = Math.min(MOST_INPUT, inputTokens(characters, fields));
  if (!answers) return { tokens: input_tokens, input_tokens, output_cap: null };
  const cap = [fields.max_completion_tokens, fields.max_output_tokens, fields.max_tokens].find(isCap);
  const choices = isCap(fields.n) ? Math.min(fields.n, MOST_CHOICES) : 1;
  const tokens = input_tokens + choices * Math.min(MOST_OUTPUT, cap ?? DEFAULT_OUTPUT);
  return { tokens, input_tokens, output_cap: cap === undefined ? null : choices * cap };
}

function inputTokens(characters: number, fields: Record<string, unknown>): number {
  const ids = tokenIds(fields.input ?? fields.prompt);
  if (ids > 0) return ids;
  if (characters < SHORTEST_ATTACHMENT) return Math.ceil(characters / CHARACTERS_A_TOKEN);
  const attached = { characters: 0, files: 0 };
  attachments("", fields.messages ?? fields.input, DEPTH, attached);
  const text = Math.max(0, characters - attached.characters);
  return Math.ceil(text / CHARACTERS_A_TOKEN) + attached.files * ATTACHED_TOKENS;
}

/** Tokens of an input that is made of their ids: `[1, 2]`, or a list of such. */
function tokenIds(input: unknown): number {
  if (!Array.isArray(input)) return 0;
  if (typeof input[0] === "number") return input.length;
  if (!Array.isArray(input[0]) || typeof input[0][0] !== "number") return 0;
  return input.reduce((sum: number, ids: unknown) => sum + (Array.isArray(ids) ? ids.length : 0), 0);
}

function attachments(
  name: string,
  value: unknown,
  depth: number,
  found: { characters: number; files: number },
): void {
  if (typeof value === "string") {
    if (value.length < SHORTEST_ATTACHMENT || !(BARE.has(name) || ATTACHMENT.test(value))) return;
    found.characters += value.length;
    found.files++;
  } else if (depth > 0 && typeof value === "object" && value !== null) {
    for (const [name, part] of Object.entries(value)) attachments(name, part, depth - 1, found);
  }
}

function isCap(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}
