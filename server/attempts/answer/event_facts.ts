/** The facts of single events of a stream, and of several together. */
import { fieldsOf, isObject, shortText } from "../json.ts";
import { errorInside, type ProviderError, providerError } from "./provider_error.ts";
import { laterCounts, usageOf } from "../usage/token_counts.ts";
import { type BodyFacts, bodyFacts } from "../usage/usage_parser.ts";

export interface StreamFacts extends BodyFacts {
  /** An error inside a 200. */
  error: ProviderError | null;
  /** The provider sent its final event. The SDK stops reading there, before the connection closes. */
  done: boolean;
  /** Events that could be read. Events before the last usage may be left out. */
  events: number;
  /** Id of the last event's response, cut to 200 characters. */
  id: string | null;
  /** The answer received so far and a rough count of its tokens, for an estimate if there is no usage. */
  answer: string;
  output_estimate: number;
  /** Parts of the stream could not be kept or read: without usage, an estimate would be too low. */
  is_partial: boolean;
}

export function noFacts(): StreamFacts {
  return {
    model: null,
    service_tier: null,
    counts: null,
    usage: null,
    error: null,
    done: false,
    events: 0,
    has_no_tokens: false,
    id: null,
    answer: "",
    output_estimate: 0,
    is_partial: false,
  };
}

export function withAnswer(facts: StreamFacts, texts: string[], deltas: number): StreamFacts {
  facts.answer = texts.join("");
  facts.output_estimate = facts.answer ? Math.max(Math.ceil(facts.answer.length / 4), deltas) : 0;
  return facts;
}

type EventFacts = Omit<StreamFacts, "events" | "parts" | "answer" | "output_estimate" | "is_partial">;

/** @param isError the event is named `error`. */
export function eventFacts(event: unknown, isError: boolean, endpoint: string): EventFacts {
  const { type, response, done } = fieldsOf(event);
  return {
    ...bodyFacts(event),
    error: errorInside(event, endpoint) ?? (isError ? providerError(event) ?? NAMELESS : null),
    id: shortText(fieldsOf(response).id),
    // Ollama's last line.
    done: FINAL.has(type) || done === true,
  };
}

const NAMELESS: ProviderError = { code: null, type: "error", message: null };

/** The facts of two events together: those of the later one, where it has them. */
export function combined(earlier: EventFacts, later: EventFacts): EventFacts {
  const counts = laterCounts(earlier.counts, later.counts);
  return {
    model: later.model ?? earlier.model,
    service_tier: later.service_tier ?? earlier.service_tier,
    counts,
    usage: counts === later.counts ? later.usage : counts === earlier.counts ? earlier.usage : usageOf(counts),
    error: later.error ?? earlier.error,
    id: later.id ?? earlier.id,
    done: later.done || earlier.done,
    has_no_tokens: later.has_no_tokens || earlier.has_no_tokens,
    seconds: later.seconds ?? earlier.seconds,
  };
}

/** Events after which nothing follows that counts. */
const FINAL: ReadonlySet<unknown> = new Set([
  "response.completed",
  "response.incomplete",
  "response.failed",
  "message_stop",
]);

/** Whether text of the answer may be among what was left out of a large event. Events that report the state have none. */
export function mayHaveText(event: unknown): boolean {
  return !isObject(event) || typeof event.type !== "string" || event.type.endsWith("delta");
}
