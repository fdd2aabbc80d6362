/** Reads usage, model, errors and text from a stream that ended or broke. */
import { isObject, parseJson } from "../json.ts";
import { type ProviderError, providerError } from "./provider_error.ts";
import type { StreamCopy } from "./stream_copy.ts";
import { type BodyFacts, bodyFacts } from "./usage_parser.ts";

interface StreamFacts extends BodyFacts {
  /** An error inside a 200. */
  error: ProviderError | null;
  /** The provider sent its final event. The SDK stops reading there, before the connection closes. */
  done: boolean;
  /** Events that could be parsed, from the end back to the usage. */
  events: number;
  /** Id of the last event's response. */
  id: string | null;
  /** The answer received so far and a rough count of its tokens, for an estimate if there is no usage. */
  answer: string;
  output_estimate: number;
}

/** Reads the copy once, from the end: usage is in the last events, and the last usage counts. */
export function streamFacts(text: StreamCopy): StreamFacts {
  const facts: StreamFacts = {
    model: null,
    service_tier: null,
    usage: null,
    error: null,
    done: false,
    events: 0,
    has_no_tokens: false,
    id: null,
    answer: "",
    output_estimate: 0,
  };
  let deltas = 0;
  const texts: string[] = [];
  for (const data of text.eventsFromEnd()) {
    if (data === "[DONE]") facts.done = true;
    const event = parseJson(data);
    // Cut off or garbage: other events may still have usage.
    if (!isObject(event)) continue;
    facts.events++;
    merge(facts, event);
    if (facts.usage) break;
    deltas++;
    texts.push(deltaText(event));
  }
  if (facts.usage) return facts;
  facts.answer = texts.reverse().join("");
  facts.output_estimate = facts.answer ? Math.max(Math.ceil(facts.answer.length / 4), deltas) : 0;
  return facts;
}

function merge(facts: StreamFacts, event: Record<string, unknown>): void {
  const { model, service_tier, usage, has_no_tokens } = bodyFacts(event);
  facts.has_no_tokens ||= has_no_tokens;
  if (isObject(event.response) && typeof event.response.id === "string") facts.id ??= event.response.id;
  facts.model ??= model;
  facts.service_tier ??= service_tier;
  facts.usage ??= usage;
  const type = typeof event.type === "string" ? event.type : "";
  if (FINAL.has(type)) facts.done = true;
  if (type === "error" || type === "response.failed" || isObject(event.error)) facts.error ??= providerError(event);
}

const FINAL = new Set(["response.completed", "response.incomplete", "response.failed"]);

/** The model's text in one event: answer, tool arguments, refusal or reasoning. */
function deltaText(event: Record<string, unknown>): string {
  if (typeof event.delta === "string") return characters(event.delta);
  if (!Array.isArray(event.choices)) return "";
  let text = "";
  for (const choice of event.choices) {
    if (isObject(choice)) {
      text += textIn(choice.delta) + (typeof choice.text === "string" ? characters(choice.text) : "");
    }
  }
  return text;
}

const MODEL_TEXT = new Set(["content", "refusal", "reasoning_content", "arguments", "name"]);

function textIn(value: unknown): string {
  if (Array.isArray(value)) return value.map(textIn).join("");
  if (!isObject(value)) return "";
  let text = "";
  for (const [name, part] of Object.entries(value)) {
    text += typeof part !== "string" ? textIn(part) : MODEL_TEXT.has(name) ? characters(part) : "";
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
