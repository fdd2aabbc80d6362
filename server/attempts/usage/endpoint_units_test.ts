import { assertEquals } from "../../../tests/support/assert.ts";
import { bodyFacts } from "./usage_parser.ts";
import { withEndpointUnits } from "./endpoint_units.ts";

function unitsOf(endpoint: string, body: unknown, request: object | null = null) {
  const { usage, counts, seconds } = bodyFacts(body);
  const requestJson = request && JSON.stringify(request);
  return withEndpointUnits({ endpoint, usage, parts: counts?.parts ?? null, seconds, body, requestJson });
}

Deno.test("audio is billed by the seconds that the answer reports, at any endpoint", () => {
  const usage = { type: "duration", seconds: 12.5 };
  assertEquals(unitsOf("audio/transcriptions", { text: "…", usage }), { audio_seconds: 12.5 });
  assertEquals(unitsOf("realtime", { usage }), { audio_seconds: 12.5 });
  assertEquals(unitsOf("audio/translations", { text: "…", duration: 8.47 }), { audio_seconds: 8.47 });
  assertEquals(unitsOf("audio/transcriptions", { text: "…" }), null);
  for (const seconds of [-1, NaN, "x", null, {}, 1e12]) {
    assertEquals(unitsOf("audio/transcriptions", { usage: { type: "duration", seconds } }), null);
  }
});

Deno.test("a transcription that is billed by tokens has no seconds", () => {
  const usage = { type: "tokens", input_tokens: 14, output_tokens: 5, input_token_details: { audio_tokens: 14 } };
  assertEquals(unitsOf("audio/transcriptions", { usage, duration: 3 }), { input_audio_tokens: 14 });
});

Deno.test("speech is billed by its characters, or by its tokens, which are audio", () => {
  assertEquals(unitsOf("audio/speech", undefined, { input: "Hello 👋" }), { characters: 7 });
  assertEquals(unitsOf("audio/speech", undefined), null);
  assertEquals(unitsOf("audio/speech", undefined, { input: 7 }), null);
  const usage = { input_tokens: 3, output_tokens: 90, total_tokens: 93 };
  assertEquals(unitsOf("audio/speech", { usage }, { input: "Hello" }), { output_audio_tokens: 90 });
});

Deno.test("images are billed by number, or by their tokens", () => {
  assertEquals(unitsOf("images/generations", { data: [{ url: "a" }, { url: "b" }] }), { images: 2 });
  assertEquals(
    unitsOf("images/generations", { created: 1 }, { n: 3 }),
    { images: 3 },
    "a large answer without its data",
  );
  assertEquals(unitsOf("images/edits", { created: 1 }), null, "a form does not tell how many");
  const usage = { input_tokens: 22, output_tokens: 1372 };
  assertEquals(unitsOf("images/generations", { data: [{}], usage }), { output_image_tokens: 1372 });
  const details = { output_tokens_details: { image_tokens: 1000, text_tokens: 372 } };
  assertEquals(unitsOf("images/edits", { usage: { ...usage, ...details } }), { output_image_tokens: 1000 });
});

Deno.test("the units of other endpoints are tokens", () => {
  assertEquals(unitsOf("chat/completions", { data: [{}], duration: 3 }, { input: "Hello" }), null);
  assertEquals(unitsOf("batches/images/x", { data: [{}] }), null);
});
