/** Tokens of what was asked, for the estimate of a stream that told no usage. */
import { textTokens } from "./text_tokens.ts";

/** Around each message, and before the answer: what the provider adds to the text. */
const TOKENS_A_MESSAGE = 4;

/** Of a picture, a sound or a document, which travels as very many characters and is read as few tokens. */
const TOKENS_A_FILE = 1000;

/** How a file starts that travels as characters; one line of base64, which no language looks like. */
const FILE = /^(?:data:[\w.+-]+\/[\w.+-]+[;,]|[A-Za-z0-9+/_-]{200})/;

/** Deep enough for messages → parts → picture → address. */
const DEPTH = 8;

interface Found {
  texts: string[];
  files: number;
}

/**
 * Tokens of a request's question: its messages, instructions and tools.
 *
 * @param body the request's JSON.
 * @returns `null` for what is no JSON, or asks with token ids or with nothing.
 */
export function estimateInputTokens(body: string): number | null {
  const fields = parse(body);
  if (!fields) return null;
  const { messages, input, prompt, instructions, tools, functions, response_format, text } = fields;
  const found: Found = { texts: [], files: 0 };
  for (const asked of [messages, input, prompt, instructions]) collect(asked, DEPTH, found);
  if (found.texts.length + found.files === 0) return null;
  for (const shape of [tools, functions, response_format, text]) if (shape) found.texts.push(JSON.stringify(shape));
  const turns = Array.isArray(messages ?? input) ? (messages ?? input as unknown[]) as unknown[] : [0];
  return textTokens(found.texts.join("\n")) + found.files * TOKENS_A_FILE + (turns.length + 1) * TOKENS_A_MESSAGE;
}

/** Names of things that cost nothing by themselves. */
const LABELS = new Set(["role", "type", "id", "call_id", "status", "detail"]);

function collect(value: unknown, depth: number, found: Found): void {
  if (typeof value === "string") {
    if (FILE.test(value)) found.files++;
    else if (value) found.texts.push(value);
  } else if (Array.isArray(value)) {
    if (depth > 0 && typeof value[0] !== "number") { for (const part of value) collect(part, depth - 1, found); }
  } else if (typeof value === "object" && value !== null && depth > 0) {
    for (const [name, part] of Object.entries(value)) if (!LABELS.has(name)) collect(part, depth - 1, found);
  }
}

function parse(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? value as Record<string, unknown> : null;
  } catch {
    return null;
  }
}
