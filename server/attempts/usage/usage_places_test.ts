import { assertEquals } from "../../../tests/support/assert.ts";
import { LARGE_JSON_BYTES } from "../../core/json/skim.ts";
import { AnswerBody } from "../answer/answer_body.ts";
import { usageOf } from "./token_counts.ts";
import { countsIn } from "./usage_places.ts";

const usage = { prompt_tokens: 12, completion_tokens: 8, total_tokens: 20 };
const zeros = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

/** Bodies with 20 tokens, by the place where the usage is. */
const PLACES: Record<string, Record<string, unknown>> = {
  "its own member": { usage },
  "a response": { type: "response.completed", response: { usage } },
  "a message": { type: "message_stop", message: { usage } },
  "a delta, as Cohere's last event": { type: "message-end", delta: { usage: { tokens: usage } } },
  "a choice, as Moonshot's": { choices: [{ index: 0, delta: {}, usage }] },
  "a choice's delta": { choices: [{ index: 0, delta: { usage } }] },
  "a later choice": { choices: [{ index: 0 }, { index: 1, usage }] },
  "a choice beside null": { usage: null, choices: [{ usage }] },
  "a choice beside zeros": { usage: zeros, choices: [{ usage }] },
  "Groq's member": { choices: [], x_groq: { id: "req_1", usage } },
  "any vendor's member": { choices: null, acme: { usage } },
  "a member named after its usage": { choices: [], acme_usage: usage },
  "a member in camel case": { tokenUsage: usage },
  "Gemini's member": { candidates: [], usageMetadata: { promptTokenCount: 12, candidatesTokenCount: 8 } },
  "Cohere's member": { meta: { tokens: { input_tokens: 12, output_tokens: 8 } } },
  "Cohere's billed units": { meta: { billed_units: { input_tokens: 12, output_tokens: 8 } } },
  "Bedrock's metadata": { metadata: { usage: { inputTokens: 12, outputTokens: 8, totalTokens: 20 } } },
  "Cloudflare's result": { success: true, errors: [], result: { response: "Hi", usage } },
  "the last of a list": { usage: [zeros, usage] },
  "counts without a usage around them": { choices: [], ...usage },
  "a vendor's counts": { choices: [], metrics: usage },
  "a vendor's counts in camel case": { stats: { inputTokens: "12.0", outputTokens: "8" } },
  "Ollama's members": { message: { role: "assistant", content: "Hi" }, prompt_eval_count: 12, eval_count: 8 },
  "an evaluation's models": { per_model_usage: [{ model_name: "m", ...usage }] },
};

Deno.test("usage is read wherever it stands", () => {
  for (const [place, body] of Object.entries(PLACES)) assertEquals(usageOf(countsIn(body))?.total_tokens, 20, place);
});

Deno.test("usage of other things is not the usage of the answer", () => {
  const others: object[] = [
    { object: "response.input_tokens", input_tokens: 11 },
    { input_tokens: 2095 },
    { tool_usage: { image_gen: { input_tokens: 5, output_tokens: 6 } } },
    { metadata: { usage: "12" } },
    { metadata: usage },
    { rate_limits: { input_tokens: 1000, output_tokens: 500 } },
    { usage: [] },
    { stats: { input_tokens: 12 } },
    { data: [{ usage }] },
    { error: { usage } },
    { choices: [{ message: { content: JSON.stringify({ usage }) } }] },
    { meta: { billed_units: { search_units: 1 } } },
  ];
  for (const body of others) assertEquals(countsIn(body as Record<string, unknown>), null, JSON.stringify(body));
});

Deno.test("FAULT 64: usage is read first or last in an answer of megabytes", () => {
  const picture = "iVBORw0KGgo".repeat(200_000);
  const fillers: Record<string, unknown>[] = [
    { data: [{ b64_json: picture }, { b64_json: picture }] },
    {
      data: Array.from(
        { length: 5000 },
        (_, index) => ({ index, object: "embedding", embedding: [0.1, -2e-5, index] }),
      ),
    },
    { output: [{ type: "image_generation_call", result: picture }] },
    { padding: picture },
  ];
  for (const [place, body] of Object.entries(PLACES)) {
    for (const filler of fillers) {
      for (const whole of [{ ...body, ...filler }, { ...filler, ...body }]) {
        const answer = new AnswerBody();
        const bytes = new TextEncoder().encode(JSON.stringify(whole));
        for (let at = 0; at < bytes.length; at += LARGE_JSON_BYTES) {
          answer.add(bytes.subarray(at, at + LARGE_JSON_BYTES));
        }
        assertEquals(usageOf(countsIn(answer.value() as Record<string, unknown>))?.total_tokens, 20, place);
      }
    }
  }
});

Deno.test("FAULT 64: usage is read in a choice whose message has megabytes", () => {
  const message = { content: "x".repeat(3 << 20), images: Array(2000).fill({ image_url: "x" }) };
  for (const choice of [{ usage, message }, { message, usage }]) {
    const answer = new AnswerBody();
    answer.add(new TextEncoder().encode(JSON.stringify({ id: "1", choices: [choice], model: "m" })));
    assertEquals(usageOf(countsIn(answer.value() as Record<string, unknown>))?.total_tokens, 20);
  }
});
