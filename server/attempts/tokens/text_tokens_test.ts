import * as fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { estimateInputTokens } from "./input_tokens.ts";
import { textTokens, tokenizerLoaded, tokenizerLoading, whenTokenizerReady } from "./text_tokens.ts";

await tokenizerLoaded();

const ENGLISH = "The quick brown fox jumps over the lazy dog; quota gauges count tokens. ";
const CHINESE = "限额计量器每次调用都会被计数。";

Deno.test("a text has as many tokens as in the provider's tokenizer", async () => {
  const { countTokens } = await import("gpt-tokenizer/encoding/o200k_base");
  for (const text of ["Hello world", ENGLISH, CHINESE, '{"city":"Zürich"}', "👩‍👩‍👧‍👦"]) {
    assertEquals(textTokens(text), countTokens(text), text);
  }
  assertEquals(textTokens(""), 0);
});

Deno.test("a long text is estimated from samples of all its parts, within 5 %", async () => {
  const { countTokens } = await import("gpt-tokenizer/encoding/o200k_base");
  for (
    const text of [ENGLISH.repeat(200), ENGLISH.repeat(2000), CHINESE.repeat(2000), (ENGLISH + CHINESE).repeat(900)]
  ) {
    const exact = countTokens(text);
    assert(Math.abs(textTokens(text) - exact) < exact / 20, `${textTokens(text)} for ${exact}`);
  }
});

Deno.test("FAULT 54: a text without spaces, of any length, is counted quickly", () => {
  for (const text of ["a", " ", "\n", "🙂", "限"]) {
    const hostile = text.repeat(4_000_000);
    const before = performance.now();
    assert(textTokens(hostile) > 0);
    assert(performance.now() - before < 500, `${JSON.stringify(text)} took ${performance.now() - before} ms`);
  }
});

Deno.test("a control token in a text is text, and any text can be counted", () => {
  assert(textTokens("<|endoftext|>") > 1);
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 3000 }), (text) => {
    const tokens = textTokens(text);
    assert(Number.isSafeInteger(tokens) && tokens >= (text ? 1 : 0) && tokens <= text.length * 4);
  }));
});

Deno.test("once the tokenizer is loaded, its callbacks run immediately", () => {
  let called = false;
  whenTokenizerReady(() => called = true);
  assertEquals([called, tokenizerLoading()], [true, null]);
});

Deno.test("input tokens are those of messages, instructions and tools; an image is not text", () => {
  const words = ENGLISH.repeat(10);
  const near = (body: object, tokens: number) => {
    const told = estimateInputTokens(JSON.stringify(body))!;
    assert(Math.abs(told - tokens) <= 12, `${told} for ${tokens}`);
  };
  const text = textTokens(words);
  near({ messages: [{ role: "user", content: words }] }, text + 8);
  near({ input: words, instructions: words }, 2 * text + 8);
  near({ prompt: words }, text + 8);
  const image_url = { url: `data:image/png;base64,${"iVBO".repeat(50_000)}` };
  const content = [{ type: "text", text: words }, { type: "image_url", image_url }];
  near({ messages: [{ role: "user", content }] }, text + 1000 + 8);
  const tools = [{ type: "function", function: { name: "now", parameters: { type: "object" } } }];
  near({ messages: [{ role: "user", content: words }], tools }, text + 8 + textTokens(JSON.stringify(tools)));
  for (const body of ["", "[1]", "null", "{}", '{"input":[1,2,3]}', '{"messages":[]}']) {
    assertEquals(estimateInputTokens(body), null, body);
  }
});

Deno.test("any text has as many tokens as gpt-tokenizer counts", async () => {
  const { countTokens } = await import("gpt-tokenizer/encoding/o200k_base");
  const asText = { disallowedSpecial: new Set<string>() };
  const words = fc.string({
    unit: fc.constantFrom("a", "b", "é", "限", "🙂", " ", "'s", "1", "\n", "Hello", "\ud800"),
  });
  fc.assert(
    fc.property(fc.oneof(words, fc.string({ unit: "binary" })), (text) => {
      assertEquals(textTokens(text), countTokens(text, asText));
    }),
    { numRuns: 300 },
  );
});
