import * as fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { CHAT_USAGE, EMBEDDING_USAGE, RESPONSE_USAGE } from "../../../tests/support/upstream_bodies.ts";
import { laterCounts, tokenCounts, usageOf } from "./token_counts.ts";

const tokenUsage = (value: unknown) => usageOf(tokenCounts(value));

/** Input, cached input, output, reasoning and total. */
const brief = (value: unknown) => {
  const usage = tokenUsage(value);
  return usage && Object.values(usage);
};

Deno.test("chat, responses and embeddings have the same tokens under different names", () => {
  assertEquals(brief(CHAT_USAGE), [12, 4, 8, 2, 20]);
  assertEquals(brief(RESPONSE_USAGE), [12, 4, 8, 2, 20]);
  assertEquals(brief(EMBEDDING_USAGE), [6, 0, 0, 0, 6]);
  assertEquals(brief({ type: "duration", seconds: 12 }), null);
});

Deno.test("each vendor's names of the same tokens are read", () => {
  const chat = { prompt_tokens: 12, completion_tokens: 8, total_tokens: 20 };
  const vendors: Record<string, [object, number[]]> = {
    DeepSeek: [{ ...chat, prompt_cache_hit_tokens: 4, prompt_cache_miss_tokens: 8 }, [12, 4, 8, 0, 20]],
    Anthropic: [
      { input_tokens: 5, cache_creation_input_tokens: 3, cache_read_input_tokens: 4, output_tokens: 8 },
      [12, 4, 8, 0, 20],
    ],
    "Anthropic's names in a chat answer": [
      { ...chat, cache_creation_input_tokens: 3, cache_read_input_tokens: 4 },
      [12, 4, 8, 0, 20],
    ],
    "Anthropic's names with a total that has them": [
      { input_tokens: 5, cache_read_input_tokens: 7, output_tokens: 8, total_tokens: 20 },
      [12, 7, 8, 0, 20],
    ],
    "a cache that is larger than the input": [
      { prompt_tokens: 5, cache_read_input_tokens: 7, completion_tokens: 8, total_tokens: 13 },
      [12, 7, 8, 0, 20],
    ],
    Bedrock: [
      { inputTokens: 5, outputTokens: 8, totalTokens: 20, cacheReadInputTokens: 7, cacheWriteInputTokens: 0 },
      [12, 7, 8, 0, 20],
    ],
    Gemini: [
      { promptTokenCount: 12, cachedContentTokenCount: 4, candidatesTokenCount: 6, thoughtsTokenCount: 2 },
      [12, 4, 8, 2, 20],
    ],
    "Gemini without an answer": [
      { promptTokenCount: 12, thoughtsTokenCount: 8, totalTokenCount: 20 },
      [12, 0, 8, 8, 20],
    ],
    "Gemini with tools": [
      { promptTokenCount: 10, toolUsePromptTokenCount: 2, candidatesTokenCount: 8, totalTokenCount: 20 },
      [12, 0, 8, 0, 20],
    ],
    xAI: [
      { ...chat, completion_tokens: 6, completion_tokens_details: { reasoning_tokens: 2 } },
      [12, 0, 8, 2, 20],
    ],
    "xAI without a total": [
      { prompt_tokens: 12, completion_tokens: 3, completion_tokens_details: { reasoning_tokens: 5 } },
      [12, 0, 8, 5, 20],
    ],
    Moonshot: [{ ...chat, cached_tokens: 4 }, [12, 4, 8, 0, 20]],
    Mistral: [{ ...chat, num_cached_tokens: 4 }, [12, 4, 8, 0, 20]],
    Perplexity: [{ ...chat, reasoning_tokens: 2 }, [12, 0, 8, 2, 20]],
    Qwen: [
      { input_tokens: 12, output_tokens: 8, total_tokens: 20, prompt_tokens_details: { cached_tokens: 4 } },
      [12, 4, 8, 0, 20],
    ],
    "One API, with zeros under the other names": [
      { ...chat, input_tokens: 0, output_tokens: 0, input_tokens_details: null },
      [12, 0, 8, 0, 20],
    ],
    Ollama: [{ prompt_eval_count: 12, eval_count: 8 }, [12, 0, 8, 0, 20]],
    OpenRouter: [
      { native_tokens_prompt: 12, native_tokens_completion: 8, native_tokens_reasoning: 2, native_tokens_cached: 4 },
      [12, 4, 8, 2, 20],
    ],
    "texts of digits": [
      { prompt_tokens: "12", completion_tokens: " 8 ", total_tokens: "20", cached_tokens: "4" },
      [12, 4, 8, 0, 20],
    ],
    "a total alone": [{ total_tokens: 20 }, [20, 0, 0, 0, 20]],
    "output and total": [{ completion_tokens: 8, total_tokens: 20 }, [12, 0, 8, 0, 20]],
    "input and total": [{ prompt_tokens: 12, total_tokens: "20" }, [12, 0, 8, 0, 20]],
  };
  for (const [vendor, [usage, expected]] of Object.entries(vendors)) assertEquals(brief(usage), expected, vendor);
});

Deno.test("details are parts of the totals and never exceed them", () => {
  const details = { prompt_tokens_details: { cached_tokens: 50 }, completion_tokens_details: { reasoning_tokens: -1 } };
  assertEquals(brief({ prompt_tokens: 5, completion_tokens: 3, ...details }), [5, 5, 3, 0, 8]);
  const total = { total_tokens: 8, completion_tokens_details: { reasoning_tokens: 30 } };
  assertEquals(brief({ prompt_tokens: 5, completion_tokens: 3, ...total }), [5, 0, 3, 3, 8]);
});

Deno.test("FAULT 24: invalid usage is unknown, never zero", () => {
  const nonsense = [undefined, null, [], "20", 20, {}, { prompt_tokens: 5 }, { completion_tokens: 5 }, {
    prompt_tokens: 5,
    total_tokens: null,
  }];
  for (const value of nonsense) assertEquals(tokenUsage(value), null, JSON.stringify(value));
  for (const bad of [null, -1, 1.5, 1e308, 2 ** 31, "", "-1", "1.5", "12a", "9".repeat(11), true, {}]) {
    assertEquals(tokenUsage({ prompt_tokens: bad, completion_tokens: 8 }), null, String(bad));
    assertEquals(tokenUsage({ input_tokens: 12, output_tokens: bad }), null, String(bad));
  }
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
  for (const shape of shapes) assertEquals(brief(shape), [12, 4, 8, 2, 20], JSON.stringify(shape));
});

Deno.test("newer field names win over older ones, and a total that is too small is corrected", () => {
  const both = { input_tokens: 1, prompt_tokens: 9, output_tokens: 2, completion_tokens: 9, total_tokens: 1 };
  assertEquals(brief(both), [1, 0, 2, 0, 3]);
  assertEquals(tokenUsage({ prompt_tokens: 2, total_tokens: 5 })?.output_tokens, 3);
  assertEquals(tokenUsage({ prompt_tokens: 5, total_tokens: 4 }), null);
  assertEquals(tokenUsage({ prompt_tokens: 2 ** 31 - 1, completion_tokens: 0 })?.total_tokens, 2 ** 31 - 1);
});

Deno.test("of two events the later counts win, unless they are zeros or leave some out", () => {
  const after = (earlier: object | null, later: object | null) =>
    usageOf(laterCounts(tokenCounts(earlier), tokenCounts(later)));
  const usage = (input: number, output: number) => ({ prompt_tokens: input, completion_tokens: output });
  const total = (earlier: object | null, later: object | null) => after(earlier, later)?.total_tokens;
  assertEquals(total(usage(10, 2), usage(10, 5)), 15);
  assertEquals(total(usage(10, 5), usage(0, 0)), 15);
  assertEquals(total(usage(0, 0), usage(10, 5)), 15);
  assertEquals(total(usage(10, 5), null), 15);
  assertEquals(total(null, usage(10, 5)), 15);
  assertEquals(total({ input_tokens: 25, output_tokens: 1 }, { output_tokens: 15 }), 40);
  assertEquals(total({ input_tokens: 25, output_tokens: 1 }, { input_tokens: 0, output_tokens: 15 }), 40);
  assertEquals(total(usage(10, 2), { total_tokens: 30 }), 30);
  assertEquals(after({ input_tokens: 5, cache_read_input_tokens: 20 }, { output_tokens: 15 }), {
    input_tokens: 25,
    cached_input_tokens: 20,
    output_tokens: 15,
    reasoning_tokens: 0,
    total_tokens: 40,
  });
});

Deno.test("any counts give a usage that adds up, or none", () => {
  const name = fc.constantFrom(
    ...["prompt_tokens", "input_tokens", "completion_tokens", "total_tokens", "cached_tokens", "reasoning_tokens"],
    ...["cache_read_input_tokens", "thoughtsTokenCount", "prompt_cache_miss_tokens", "toolUsePromptTokenCount"],
  );
  const value = fc.oneof(fc.nat(), fc.jsonValue(), fc.nat().map(String));
  fc.assert(fc.property(fc.dictionary(name, value), fc.dictionary(name, value), (first, second) => {
    const usage = usageOf(laterCounts(tokenCounts(first), tokenCounts(second)));
    if (!usage) return;
    assert(usage.total_tokens >= usage.input_tokens + usage.output_tokens);
    assert(usage.cached_input_tokens <= usage.input_tokens && usage.reasoning_tokens <= usage.output_tokens);
    for (const count of Object.values(usage)) assert(Number.isSafeInteger(count) && count >= 0);
  }));
});

Deno.test("a usage whose counts are objects is invalid, whatever those objects have", () => {
  for (const name of ["prompt_tokens", "total_tokens", "cache_creation_input_tokens", "cached_tokens"]) {
    const hostile = JSON.parse(`{"input_tokens": 3, "output_tokens": 1, "cache_write_tokens": 2,
      "input_tokens_details": { "cache_write_tokens": 2 }, "${name}": { "valueOf": 1, "toString": 2 } }`);
    assertEquals(tokenUsage(hostile)?.input_tokens, 3, name);
  }
});

Deno.test("property: OpenAI's plain usage is read as if each name had been searched for", () => {
  const count = fc.oneof(fc.nat({ max: 9 }), fc.constantFrom(null, undefined, -1, 0.5, "7", 2 ** 31));
  const details = fc.option(
    fc.record({ cached_tokens: count, reasoning_tokens: count, audio_tokens: count }, { requiredKeys: [] }),
    { nil: undefined },
  );
  const usage = fc.oneof(
    fc.record({
      prompt_tokens: count,
      completion_tokens: count,
      total_tokens: count,
      prompt_tokens_details: details,
      completion_tokens_details: details,
    }, { requiredKeys: [] }),
    fc.record({ input_tokens: count, output_tokens: count, total_tokens: count, output_tokens_details: details }),
  );
  fc.assert(fc.property(usage, (drawn) => {
    assertEquals(tokenCounts(drawn), tokenCounts({ ...drawn, a_vendors_own: true }));
  }));
});
