/** Estimates the input tokens of a request whose response has no usage. */
import { isObject, parseJson } from "../json.ts";
import { textTokens } from "./text_tokens.ts";

/** The provider adds tokens around each message and before the answer. */
const TOKENS_PER_MESSAGE = 4;

/** For an image, audio clip or document: base64 has far more characters than the model reads tokens. */
const TOKENS_PER_FILE = 1000;

/** A data URL, or 200 characters of base64 without a space. */
const ENCODED_FILE = /^(?:data:[\w.+-]+\/[\w.+-]+[;,]|[A-Za-z0-9+/_-]{200})/;

/** Nesting that is read: messages → parts → image → URL, and more. */
const MAX_DEPTH = 8;

interface Found {
  texts: string[];
  files: number;
}

/**
 * Estimates the tokens of messages, instructions, tools and output format.
 *
 * @param body the request's JSON.
 * @returns `null` if the body is not JSON, or its input is empty or made of token ids.
 */
export function estimateInputTokens(body: string): number | null {
  const fields = parseJson(body);
  if (!isObject(fields)) return null;
  const { messages, input, prompt, instructions, tools, functions, response_format, text } = fields;
  const found: Found = { texts: [], files: 0 };
  for (const asked of [messages, input, prompt, instructions]) collect(asked, MAX_DEPTH, found);
  if (found.texts.length + found.files === 0) return null;
  for (const shape of [tools, functions, response_format, text]) if (shape) found.texts.push(JSON.stringify(shape));
  const turns = Array.isArray(messages ?? input) ? (messages ?? input as unknown[]) as unknown[] : [0];
  return textTokens(found.texts.join("\n")) + found.files * TOKENS_PER_FILE + (turns.length + 1) * TOKENS_PER_MESSAGE;
}

/** Properties that are not part of the text. */
const NOT_TEXT = new Set(["role", "type", "id", "call_id", "status", "detail"]);

function collect(value: unknown, depth: number, found: Found): void {
  if (typeof value === "string") {
    if (ENCODED_FILE.test(value)) found.files++;
    else if (value) found.texts.push(value);
  } else if (Array.isArray(value)) {
    if (depth > 0 && typeof value[0] !== "number") { for (const part of value) collect(part, depth - 1, found); }
  } else if (typeof value === "object" && value !== null && depth > 0) {
    for (const [name, part] of Object.entries(value)) if (!NOT_TEXT.has(name)) collect(part, depth - 1, found);
  }
}
