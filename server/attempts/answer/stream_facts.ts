/** What a stream, ended or broken off, says of itself. */
import { type ProviderError, providerError } from "./provider_error.ts";
import type { StreamCopy } from "./stream_copy.ts";
import { type BodyFacts, bodyFacts } from "./usage_parser.ts";

interface StreamFacts extends BodyFacts {
  /** An error that came inside a 200. */
  error: ProviderError | null;
  /** The provider has said that this was all: the SDK leaves then, before the line is closed. */
  done: boolean;
  /** Events that could be read; looked for only as far back as the usage. */
  events: number;
  /** Id of the response that the last event belongs to. */
  id: string | null;
  /** The answer as far as it passed, for an estimate when there is no usage; and its tokens, roughly. */
  answer: string;
  output_estimate: number;
}

/** Reads the copy once, from the end: usage is in the last event or two, and the last usage wins. */
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
    const event = parse(data);
    if (!event) continue;
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

/** The answer's part in one event: text, tool arguments, refusals and reasoning alike. */
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

/** The copy is read one character a byte: here the bytes become characters again, unless they were escaped. */
function characters(bytes: string): string {
  if (!/[\u0080-\u00ff]/.test(bytes) || /[\u0100-\uffff]/.test(bytes)) return bytes;
  try {
    return utf8.decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
  } catch {
    return bytes;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function parse(data: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : null;
  } catch {
    return null; // Cut off, or garbage: what can be read of the rest still counts.
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
