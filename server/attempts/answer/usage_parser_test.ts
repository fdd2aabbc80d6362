import * as fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { CHAT_USAGE, EMBEDDING_USAGE, RESPONSE_USAGE } from "../../../tests/support/upstream_bodies.ts";
import { bodyFacts, tokenUsage } from "./usage_parser.ts";

const TWENTY = {
  input_tokens: 12,
  cached_input_tokens: 4,
  output_tokens: 8,
  reasoning_tokens: 2,
  total_tokens: 20,
};

Deno.test("chat, responses and embeddings have the same tokens under different names", () => {
  assertEquals(tokenUsage(CHAT_USAGE), TWENTY);
  assertEquals(tokenUsage(RESPONSE_USAGE), TWENTY);
  assertEquals(tokenUsage(EMBEDDING_USAGE), {
    input_tokens: 6,
    cached_input_tokens: 0,
    output_tokens: 0,
    reasoning_tokens: 0,
    total_tokens: 6,
  });
  assertEquals(tokenUsage({ type: "duration", seconds: 12 }), null);
});

Deno.test("details are parts of the totals and never exceed them", () => {
  const usage = tokenUsage({
    prompt_tokens: 5,
    completion_tokens: 3,
    prompt_tokens_details: { cached_tokens: 50 },
    completion_tokens_details: { reasoning_tokens: -1 },
  });
  assertEquals([usage?.cached_input_tokens, usage?.reasoning_tokens, usage?.total_tokens], [5, 0, 8]);
});

Deno.test("FAULT 24: invalid usage is unknown, never zero", () => {
  const nonsense = [undefined, null, [], "20", 20, {}, { prompt_tokens: 5 }, { completion_tokens: 5 }, {
    total_tokens: 5,
  }, {
    prompt_tokens: 5,
    total_tokens: null,
  }];
  for (const value of nonsense) assertEquals(tokenUsage(value), null, JSON.stringify(value));
  for (const bad of [null, -1, 1.5, 1e308, 2 ** 31, "12", true, {}]) {
    assertEquals(tokenUsage({ prompt_tokens: bad, completion_tokens: 8 }), null, String(bad));
    assertEquals(tokenUsage({ input_tokens: 12, output_tokens: bad }), null, String(bad));
  }
});

Deno.test("model, tier and usage are read from the body, or from the response inside an event", () => {
  const body = { model: "gpt-5.4", service_tier: "flex", usage: RESPONSE_USAGE };
  const facts = { model: "gpt-5.4", service_tier: "flex", usage: TWENTY, has_no_tokens: false };
  assertEquals(bodyFacts(body), facts);
  assertEquals(bodyFacts({ type: "response.completed", response: body }), facts);
  assertEquals(bodyFacts("<html>"), { model: null, service_tier: null, usage: null, has_no_tokens: false });
});

Deno.test("any body can be read without an exception, and its usage adds up", () => {
  const key = fc.constantFrom("usage", "response", "model", "prompt_tokens", "completion_tokens", "input_tokens");
  const body = fc.dictionary(
    key,
    fc.oneof(fc.jsonValue(), fc.nat(), fc.dictionary(key, fc.oneof(fc.nat(), fc.jsonValue()))),
  );
  fc.assert(fc.property(body, (value) => {
    const { usage } = bodyFacts(value);
    if (!usage) return;
    assert(usage.total_tokens >= usage.input_tokens + usage.output_tokens);
    for (const count of Object.values(usage)) assert(Number.isSafeInteger(count) && count >= 0);
  }));
});

Deno.test("audio, text and image details are parts of the totals, under each of their names", () => {
  const details = { cached_tokens: 4, cache_write_tokens: 3, audio_tokens: 7, text_tokens: 5, image_tokens: 1 };
  const outside = {
    reasoning_tokens: 2,
    audio_tokens: 5,
    accepted_prediction_tokens: 1,
    rejected_prediction_tokens: 1,
  };
  const shapes = [
    { prompt_tokens: 12, completion_tokens: 8, prompt_tokens_details: details, completion_tokens_details: outside },
    { input_tokens: 12, output_tokens: 8, input_tokens_details: details, output_tokens_details: outside },
    { input_tokens: 12, output_tokens: 8, input_token_details: details, output_token_details: outside },
    { type: "tokens", input_tokens: 12, total_tokens: 20, input_token_details: details, output_token_details: outside },
  ];
  for (const shape of shapes) assertEquals(tokenUsage(shape), TWENTY, JSON.stringify(shape));
});

Deno.test("a transcription that is billed by duration is known to have no tokens", () => {
  const { usage, has_no_tokens } = bodyFacts({ text: "Hello", usage: { type: "duration", seconds: 12 } });
  assertEquals([usage, has_no_tokens], [null, true]);
});

Deno.test("newer field names win over older ones, and a total that is too small is corrected", () => {
  const both = { input_tokens: 1, prompt_tokens: 9, output_tokens: 2, completion_tokens: 9, total_tokens: 1 };
  const usage = tokenUsage(both);
  assertEquals([usage?.input_tokens, usage?.output_tokens, usage?.total_tokens], [1, 2, 3]);
  assertEquals(tokenUsage({ prompt_tokens: 2, total_tokens: 5 })?.output_tokens, 3);
  assertEquals(tokenUsage({ prompt_tokens: 5, total_tokens: 4 }), null);
  assertEquals(tokenUsage({ prompt_tokens: 2 ** 31 - 1, completion_tokens: 0 })?.total_tokens, 2 ** 31 - 1);
});

Deno.test("a response inside an event is read only if it has usage or a model", () => {
  assertEquals(bodyFacts({ model: "outer", response: { id: "r" } }).model, "outer");
  assertEquals(bodyFacts({ model: "outer", response: { model: "inner" } }).model, "inner");
  assertEquals(bodyFacts({ model: "outer", response: { usage: null } }).model, null);
});
