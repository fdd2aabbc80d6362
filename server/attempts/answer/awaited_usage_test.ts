import { assertEquals } from "../../../tests/support/assert.ts";
import { awaitsUsage } from "./awaited_usage.ts";
import { StreamCopy } from "./stream_copy.ts";

const text = (content: string) => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
const stop = (finish_reason: unknown = "stop", index = 0) => ({ choices: [{ index, delta: {}, finish_reason }] });
const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
const noUsage = { choices: [], usage: null };

const AWAITING: Record<string, unknown[]> = {
  "a chat with its reason": [text("a"), stop()],
  "a reason in the last part of the text": [{ choices: [{ delta: { content: "a" }, finish_reason: "length" }] }],
  "tool calls": [text("a"), stop("tool_calls")],
  "two choices": [text("a"), stop("stop", 0), stop("stop", 1)],
  "empty events after the reason": [text("a"), stop(), noUsage, {}],
  "a reason after a cumulative usage": [{ ...text("a"), usage }, stop()],
  "a usage of null": [text("a"), { ...stop(), usage: null }],
  "older completions": [{ choices: [{ text: "a", finish_reason: "stop" }] }],
  "text of a response": [{ type: "response.output_text.delta", delta: "a" }, { type: "response.output_text.done" }],
  "an item of a response": [{ type: "response.output_item.done", item: {} }],
  "a message's block": [{ type: "content_block_stop", index: 0 }],
  "another vendor's spelling": [{ candidates: [{ content: {}, finishReason: "STOP" }] }],
};
const OTHERS: Record<string, unknown[]> = {
  "nothing": [],
  "text": [text("a"), text("b")],
  "a reason with usage": [{ ...stop(), usage }],
  "usage after the reason": [text("a"), stop(), { choices: [], usage }],
  "usage and an empty event after it": [stop(), { choices: [], usage }, {}],
  "the end": [text("a"), stop(), "[DONE]"],
  "an empty reason": [text("a"), stop("")],
  "a response that goes on": [{ type: "response.output_item.done" }, { type: "response.output_item.added" }],
  "a completed response": [{ type: "response.completed", response: { usage: { input_tokens: 1, output_tokens: 2 } } }],
  "a reason long before": [stop(), ...Array(20).fill(text("a"))],
};

function copyOf(events: unknown[]): StreamCopy {
  const copy = new StreamCopy();
  const lines = events.map((event) => `data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`).join(
    "",
  );
  const bytes = new TextEncoder().encode(lines);
  for (let at = 0; at < bytes.length; at += 7) copy.add(bytes.slice(at, at + 7));
  return copy;
}

for (const [expected, cases] of [[true, AWAITING], [false, OTHERS]] as const) {
  for (const [name, events] of Object.entries(cases)) {
    Deno.test(`a stream that ends with ${name} ${expected ? "awaits" : "does not await"} its usage`, () => {
      assertEquals(awaitsUsage(copyOf(events)), expected);
    });
  }
}
