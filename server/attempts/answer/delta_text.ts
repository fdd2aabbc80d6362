/** The text that a stream's events bring. */
import { fieldsOf, isObject } from "../json.ts";

/**
 * The model's text in one event: answer, tool arguments, refusal or reasoning. Anthropic's deltas are objects; Ollama's lines
 * have a message or a text as `response`.
 */
export function deltaText(event: Record<string, unknown>): string {
  if (typeof event.delta === "string") return characters(event.delta);
  if (typeof event.response === "string") return characters(event.response);
  if (!Array.isArray(event.choices)) return textIn(event.delta ?? event.message);
  let text = "";
  for (const choice of event.choices) {
    if (isObject(choice)) {
      text += textIn(choice.delta) + (typeof choice.text === "string" ? characters(choice.text) : "");
    }
  }
  return text;
}

const MODEL_TEXT = new Set([
  "content",
  "refusal",
  "reasoning_content",
  "reasoning",
  "arguments",
  "name",
  "text",
  "thinking",
  "partial_json",
]);

/** OpenRouter repeats the reasoning in it. */
const REPEATED = "reasoning_details";

/** The model's text in a whole answer. */
export function answerText(body: unknown): string {
  const { choices, output, content } = fieldsOf(body);
  return textIn(choices ?? output ?? content);
}

function textIn(value: unknown): string {
  if (Array.isArray(value)) return value.map(textIn).join("");
  if (!isObject(value)) return "";
  let text = "";
  for (const [name, part] of Object.entries(value)) {
    if (typeof part === "string") text += MODEL_TEXT.has(name) ? characters(part) : "";
    else if (name !== REPEATED) text += textIn(part);
  }
  return text;
}

/**
 * Decodes UTF-8, because the copy is decoded as Latin-1. To a `TextDecoder` that means Windows-1252, which has characters beyond
 * U+00FF for the bytes 0x80 to 0x9F. Text with other characters was escaped in the JSON and is left alone.
 */
function characters(text: string): string {
  if (!/[\u0080-\uffff]/.test(text)) return text;
  try {
    return utf8.decode(Uint8Array.from(text, byteOf));
  } catch {
    return text;
  }
}

/** @throws if the character stands for no byte. */
function byteOf(character: string): number {
  const byte = WINDOWS_1252.get(character) ?? character.charCodeAt(0);
  if (byte > 0xff) throw new RangeError("not a byte");
  return byte;
}

const WINDOWS_1252 = new Map(
  Array.from(new TextDecoder("latin1").decode(Uint8Array.from({ length: 32 }, (_, at) => 0x80 + at)))
    .map((character, at) => [character, 0x80 + at]),
);

const utf8 = new TextDecoder("utf-8", { fatal: true });
