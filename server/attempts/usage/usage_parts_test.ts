import { assertEquals } from "../../../tests/support/assert.ts";
import { isWhole, laterCounts, summedCounts, tokenCounts } from "./token_counts.ts";

const partsOf = (usage: unknown) => tokenCounts(usage)?.parts;

Deno.test("each vendor's names of cache writes, audio and images are read", () => {
  const chat = { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 };
  const vendors: Record<string, [object, object | null]> = {
    "text alone": [{ ...chat, prompt_tokens_details: { cached_tokens: 4, audio_tokens: 0 } }, null],
    "a chat answer": [
      {
        ...chat,
        prompt_tokens_details: { audio_tokens: 7, cache_write_tokens: 9 },
        completion_tokens_details: { audio_tokens: 8, reasoning_tokens: 2 },
      },
      { input_audio_tokens: 7, cache_write_tokens: 9, output_audio_tokens: 8 },
    ],
    Responses: [
      { input_tokens: 100, input_tokens_details: { cache_write_tokens: 60 }, output_tokens: 50 },
      { cache_write_tokens: 60 },
    ],
    Realtime: [
      {
        input_tokens: 100,
        output_tokens: 50,
        input_token_details: {
          text_tokens: 30,
          audio_tokens: 60,
          image_tokens: 10,
          cached_tokens: 40,
          cached_tokens_details: { text_tokens: 10, audio_tokens: 25, image_tokens: 5 },
        },
        output_token_details: { text_tokens: 10, audio_tokens: 40 },
      },
      {
        input_audio_tokens: 60,
        input_image_tokens: 10,
        output_audio_tokens: 40,
        cached_audio_tokens: 25,
        cached_image_tokens: 5,
      },
    ],
    Images: [
      {
        input_tokens: 100,
        input_tokens_details: { text_tokens: 40, image_tokens: 60 },
        output_tokens: 50,
        output_tokens_details: { image_tokens: 50 },
      },
      { input_image_tokens: 60, output_image_tokens: 50 },
    ],
    Anthropic: [
      {
        input_tokens: 10,
        cache_creation_input_tokens: 90,
        cache_creation: { ephemeral_5m_input_tokens: 50, ephemeral_1h_input_tokens: 40 },
        output_tokens: 50,
      },
      { cache_write_tokens: 90, cache_write_1h_tokens: 40 },
    ],
    Bedrock: [{ inputTokens: 10, cacheWriteInputTokens: 90, outputTokens: 50 }, { cache_write_tokens: 90 }],
    Gemini: [
      {
        promptTokenCount: 100,
        candidatesTokenCount: 50,
        promptTokensDetails: [{ modality: "TEXT", tokenCount: 40 }, { modality: "AUDIO", tokenCount: 60 }],
        candidatesTokensDetails: [{ modality: "IMAGE", tokenCount: 50 }],
      },
      { input_audio_tokens: 60, output_image_tokens: 50 },
    ],
  };
  for (const [name, [usage, expected]] of Object.entries(vendors)) assertEquals(partsOf(usage), expected, name);
});

Deno.test("counts that are no numbers are no parts", () => {
  for (const audio_tokens of [-1, 1.5, NaN, "7", null, {}, 2 ** 60]) {
    assertEquals(partsOf({ prompt_tokens: 9, completion_tokens: 1, prompt_tokens_details: { audio_tokens } }), null);
  }
  assertEquals(partsOf({ promptTokenCount: 9, promptTokensDetails: [null, 7, { modality: "constructor" }] }), null);
});

Deno.test("the hour for which a stream writes to the cache is read in its first event", () => {
  const started = tokenCounts({
    input_tokens: 10,
    cache_creation_input_tokens: 90,
    cache_creation: { ephemeral_1h_input_tokens: 90 },
    output_tokens: 1,
  });
  const last = tokenCounts({ input_tokens: 10, cache_creation_input_tokens: 90, output_tokens: 50 });
  assertEquals(isWhole(last), false, "earlier events are read, too");
  const counts = laterCounts(started, last);
  assertEquals(counts?.parts, { cache_write_tokens: 90, cache_write_1h_tokens: 90 });
  assertEquals([counts?.input, counts?.output, isWhole(counts)], [100, 50, true]);
});

Deno.test("the parts of several models add up", () => {
  const one = tokenCounts({ prompt_tokens: 9, completion_tokens: 1, prompt_tokens_details: { audio_tokens: 5 } })!;
  const other = tokenCounts({ prompt_tokens: 9, completion_tokens: 1, prompt_tokens_details: { image_tokens: 2 } })!;
  assertEquals(summedCounts([one, other, one])?.parts, { input_audio_tokens: 10, input_image_tokens: 2 });
});
