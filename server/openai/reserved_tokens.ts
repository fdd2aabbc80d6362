/** How many tokens to hold for an attempt whose use is not known yet. */

/** Characters a token, on the whole, in English and JSON. */
const CHARACTERS_A_TOKEN = 4;

/** Held for the answer when the caller set no cap. */
const DEFAULT_OUTPUT = 500;

/** Most that is held for one answer: callers who always send the largest cap must not lock a workspace out. */
const MOST_OUTPUT = 4000;

/** Most answers to one question that are held for. */
const MOST_CHOICES = 8;

/** Most that is held for what is sent: images travel as characters and cost far less than these. */
const MOST_INPUT = 20_000;

/** Endpoints that answer with tokens, and those that only read some. */
const ANSWERS = /(^|\/)(chat\/completions|completions|responses)$/;
const READS = /(^|\/)(embeddings|moderations)$/;

/** A hold, and the part of it that is for the input. */
export interface ReservedTokens {
  tokens: number;
  input_tokens: number;
}

/**
 * The hold: the request's characters over four, plus its output cap within bounds.
 *
 * @param fields the request's parsed body.
 *
 * @example
 * ```ts
 * import { reservedTokens } from "./reserved_tokens.ts";
 *
 * const { tokens } = reservedTokens("chat/completions", 400, { max_completion_tokens: 50 });
 * console.assert(tokens === 150);
 * ```
 */
export function reservedTokens(endpoint: string, characters: number, fields: Record<string, unknown>): ReservedTokens {
  const answers = ANSWERS.test(endpoint);
  if (!answers && !READS.test(endpoint)) return { tokens: 0, input_tokens: 0 };
  const input_tokens = Math.min(MOST_INPUT, Math.ceil(characters / CHARACTERS_A_TOKEN));
  if (!answers) return { tokens: input_tokens, input_tokens };
  const cap = [fields.max_completion_tokens, fields.max_output_tokens, fields.max_tokens].find(isCap);
  const choices = isCap(fields.n) ? Math.min(fields.n, MOST_CHOICES) : 1;
  return { tokens: input_tokens + choices * Math.min(MOST_OUTPUT, cap ?? DEFAULT_OUTPUT), input_tokens };
}

function isCap(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}
