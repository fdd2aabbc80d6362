import * as fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { RESPONSE_USAGE } from "../../../tests/support/upstream_bodies.ts";
import { bodyFacts, callUsage } from "./usage_parser.ts";
import { usageOf } from "./token_counts.ts";

const TWENTY = { input_tokens: 12, cached_input_tokens: 4, output_tokens: 8, reasoning_tokens: 2, total_tokens: 20 };

Deno.test("model, tier and usage are read from the body, or from the response inside an event", () => {
  const body = { model: "gpt-5.4", service_tier: "flex", usage: RESPONSE_USAGE };
  const read = (value: unknown) => {
    const { model, service_tier, usage, has_no_tokens } = bodyFacts(value);
    return { model, service_tier, usage, has_no_tokens };
  };
  const facts = { model: "gpt-5.4", service_tier: "flex", usage: TWENTY, has_no_tokens: false };
  assertEquals(read(body), facts);
  assertEquals(read({ type: "response.completed", response: body }), facts);
  assertEquals(read({ type: "message_start", message: body }), facts);
  assertEquals(read("<html>"), { model: null, service_tier: null, usage: null, has_no_tokens: false });
});

Deno.test("any body can be read without an exception, and its usage adds up", () => {
  const key = fc.constantFrom(
    "usage",
    "response",
    "model",
    "choices",
    "prompt_tokens",
    "completion_tokens",
    "x_vendor",
  );
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

Deno.test("a transcription that is billed by duration is known to have no tokens", () => {
  const { usage, has_no_tokens } = bodyFacts({ text: "Hello", usage: { type: "duration", seconds: 12 } });
  assertEquals([usage, has_no_tokens], [null, true]);
});

Deno.test("a response inside an event is read only if it has usage or a model", () => {
  assertEquals(bodyFacts({ model: "outer", response: { id: "r" } }).model, "outer");
  assertEquals(bodyFacts({ model: "outer", response: { model: "inner" } }).model, "inner");
  assertEquals(bodyFacts({ model: "outer", response: { usage: null } }).model, null);
});

Deno.test("the run of an evaluation has the tokens of all its models, and the name of an only one", () => {
  const model = (model_name: string, prompt_tokens: number) => ({
    model_name,
    invocation_count: 1,
    prompt_tokens,
    completion_tokens: 2,
    total_tokens: prompt_tokens + 2,
    cached_tokens: 1,
  });
  const one = bodyFacts({ object: "eval.run", model: null, per_model_usage: [model("gpt-5.4", 10)] });
  assertEquals([one.model, one.usage?.input_tokens, one.usage?.cached_input_tokens], ["gpt-5.4", 10, 1]);
  const { model: name, usage } = bodyFacts({ per_model_usage: [model("a", 10), model("b", 20)] });
  assertEquals([name, usage?.input_tokens, usage?.output_tokens, usage?.total_tokens], [null, 30, 4, 34]);
  assertEquals(bodyFacts({ per_model_usage: [] }).usage, null);
  assertEquals(bodyFacts({ per_model_usage: null }).usage, null);
});

Deno.test("of a call with a part of its usage, the rest is derived where the endpoint allows", () => {
  const usage = (counts: object, endpoint: string, input_tokens = 5) => {
    const read = callUsage(bodyFacts({ usage: counts }), { endpoint, input_tokens });
    return read && [read.input_tokens, read.output_tokens, read.total_tokens];
  };
  assertEquals(usage({ total_tokens: 9 }, "embeddings"), [9, 0, 9]);
  assertEquals(usage({ total_tokens: 9 }, "rerank"), [9, 0, 9]);
  assertEquals(usage({ prompt_tokens: 9 }, "embeddings"), [9, 0, 9]);
  assertEquals(usage({ total_tokens: 9 }, "chat/completions"), [5, 4, 9]);
  assertEquals(usage({ total_tokens: 9 }, "chat/completions", 20), [9, 0, 9]);
  assertEquals(usage({ prompt_tokens: 9 }, "chat/completions"), null);
  assertEquals(usage({ completion_tokens: 9 }, "messages"), null);
  assertEquals(usage({ total_tokens: 9, completion_tokens: 4 }, "messages"), [5, 4, 9]);
});

Deno.test("counts that give no usage stay known", () => {
  const { counts, usage } = bodyFacts({ usage: { completion_tokens: 7 } });
  assertEquals([counts?.output, counts?.input, usage, usageOf(null)], [7, null, null, null]);
});
