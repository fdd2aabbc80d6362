/** What a stream, ended or broken off, says of itself. */
import { type ProviderError, providerError } from "./error_class.ts";
import type { StreamText } from "./stream_text.ts";
import { type BodyFacts, bodyFacts } from "./usage_parser.ts";

export interface StreamFacts extends BodyFacts {
  /** An error that came inside a 200. */
  error: ProviderError | null;
  /** The provider has said that this was all: the SDK leaves then, before the line is closed. */
  done: boolean;
  /** Events that could be read; looked for only as far back as the usage. */
  events: number;
  /** Tokens of the answer as far as it passed, by its text: for an estimate when there is no usage. */
  output_estimate: number;
}

/** Reads the copy once, from the end: usage is in the last event or two, and the last usage wins. */
export function streamFacts(text: StreamText): StreamFacts {
  const facts: StreamFacts = {
    model: null,
    service_tier: null,
    usage: null,
    error: null,
    done: false,
    events: 0,
    output_estimate: 0,
  };
  let deltas = 0;
  let characters = 0;
  for (const data of text.eventsFromEnd()) {
    if (data === "[DONE]") facts.done = true;
    const event = parse(data);
    if (!event) continue;
    facts.events++;
    merge(facts, event);
    if (facts.usage) break;
    deltas++;
    characters += deltaLength(event);
  }
  if (!facts.usage) facts.output_estimate = Math.max(Math.ceil(characters / 4), characters ? deltas : 0);
  return facts;
}

function merge(facts: StreamFacts, event: Record<string, unknown>): void {
  const { model, service_tier, usage } = bodyFacts(event);
  facts.model ??= model;
  facts.service_tier ??= service_tier;
  facts.usage ??= usage;
  const type = typeof event.type === "string" ? event.type : "";
  if (FINAL.has(type)) facts.done = true;
  if (type === "error" || type === "response.failed" || isObject(event.error)) facts.error ??= providerError(event);
}

const FINAL = new Set(["response.completed", "response.incomplete", "response.failed"]);

/** Characters of answer in one event: text, tool arguments, refusals and reasoning alike. */
function deltaLength(event: Record<string, unknown>): number {
  if (typeof event.delta === "string") return event.delta.length;
  if (!Array.isArray(event.choices)) return 0;
  let length = 0;
  for (const choice of event.choices) {
    if (isObject(choice)) {
      length += textLength(choice.delta) + (typeof choice.text === "string" ? choice.text.length : 0);
    }
  }
  return length;
}

const MODEL_TEXT = new Set(["content", "refusal", "reasoning_content", "arguments", "name"]);

function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, part) => sum + textLength(part), 0);
  if (!isObject(value)) return 0;
  let length = 0;
  for (const [name, part] of Object.entries(value)) {
    length += typeof part === "string" ? (MODEL_TEXT.has(name) ? part.length : 0) : textLength(part);
  }
  return length;
}

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
