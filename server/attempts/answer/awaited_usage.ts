/** Finds streams whose answer is complete while its usage has not arrived: it comes some milliseconds later. */
import { fieldsOf, isObject, parseJson } from "../json.ts";
import type { StreamCopy } from "./stream_copy.ts";
import { bodyFacts } from "../usage/usage_parser.ts";

/** Time that the usage may take after a caller has left. */
export const USAGE_WAIT_MS = 1000;

/** Last events that are read: one for each choice, and empty ones. */
const MAX_EVENTS = 16;

/** Events of the Responses and the Messages API that end a part of the answer, mostly the last one. */
const ENDS_PART =
  /^(?:response\.(?:output_text|refusal|function_call_arguments|content_part|output_item)\.done|content_block_stop)$/;

/**
 * Whether the last events of a stream tell that the answer is complete, and no usage came with or after that.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { awaitsUsage } from "./awaited_usage.ts";
 * import { StreamCopy } from "./stream_copy.ts";
 *
 * const stream = new StreamCopy();
 * stream.add(new TextEncoder().encode('data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n'));
 * assert.equal(awaitsUsage(stream), true);
 * ```
 */
export function awaitsUsage(stream: StreamCopy): boolean {
  // The SDK cancels each stream that it has read to its end.
  if (stream.isDone) return false;
  let read = 0;
  for (const { data } of stream.eventsFromEnd()) {
    if (data === "[DONE]" || ++read > MAX_EVENTS) break;
    const event = parseJson(data);
    if (!isObject(event)) continue;
    if (bodyFacts(event).usage) return false;
    if (endsAnswer(event, read)) return true;
  }
  return false;
}

/** @param fromEnd 1 for the last event. */
function endsAnswer({ choices, type, candidates }: Record<string, unknown>, fromEnd: number): boolean {
  if (typeof type === "string" && ENDS_PART.test(type)) return fromEnd === 1;
  const all = Array.isArray(choices) ? choices : Array.isArray(candidates) ? candidates : [];
  return all.some((choice) => {
    const { finish_reason, finishReason } = fieldsOf(choice);
    return Boolean(finish_reason ?? finishReason);
  });
}
