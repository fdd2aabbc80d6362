import * as fc from "fast-check";
import { countTokens as countOlder } from "gpt-tokenizer/encoding/cl100k_base";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import declaration from "../../../tests/support/declaration.json" with { type: "json" };
import { reservedTokens } from "./reserved_tokens.ts";

type Fields = Record<string, unknown>;

const reserved = (endpoint: string, fields: Fields) => reservedTokens(endpoint, JSON.stringify(fields), fields);
const chat = (content: unknown, over: Fields = {}) => ({ messages: [{ role: "user", content }], ...over });
const inputOf = (content: unknown) => reserved("chat/completions", chat(content)).input_tokens;

/** Many different sentences, of about so many characters. */
const prose = (characters: number) => {
  const sentences = declaration.English.split(/(?<=\.)\s+/);
  let text = "";
  for (let at = 0; text.length < characters; at++) text += `${at}. ${sentences[at * 7 % sentences.length]} `;
  return text;
};

Deno.test("output is reserved by the request's cap, within bounds", () => {
  const cases: [string, Fields, number][] = [
    ["chat/completions", {}, 500],
    ["chat/completions", { max_tokens: 50 }, 50],
    ["chat/completions", { max_completion_tokens: 50, max_tokens: 9 }, 50],
    ["responses", { max_output_tokens: 50 }, 50],
    ["chat/completions", { max_tokens: 1e6 }, 4000],
    ["chat/completions", { max_tokens: 50, n: 3 }, 150],
    ["chat/completions", { max_tokens: 50, n: 1000 }, 400],
    ["openai/deployments/x/chat/completions", { max_tokens: 1 }, 1],
    ["embeddings", {}, 0],
    ["moderations", {}, 0],
    ["images/generations", {}, 0],
    ["responses/{id}/cancel", {}, 0],
  ];
  for (const [endpoint, fields, output] of cases) {
    const { tokens, input_tokens } = reserved(endpoint, fields);
    assertEquals(tokens - input_tokens, output, `${endpoint} ${JSON.stringify(fields)}`);
  }
});

/** The same body as it is sent: as text, in ASCII with escapes, and in parts of bytes. */
function bodies(fields: Fields) {
  const text = JSON.stringify(fields);
  const escaped = text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const bytes = new TextEncoder().encode(text);
  const parts = [bytes.subarray(0, 300), bytes.subarray(300, 1000), bytes.subarray(1000)];
  return { text, escaped, parts };
}

for (const [model, count] of [["gpt-5.4", countTokens], ["gpt-4-turbo", countOlder]] as const) {
  Deno.test(`the reserved input is at most 5 % below the tokenizer's count and 40 % above, for ${model}`, () => {
    const wrong = Object.entries(declaration).flatMap(([language, article]) => {
      return [1, 60].flatMap((times) => {
        const content = article.repeat(times);
        const fields = chat(content, { model });
        const exact = count(content);
        return Object.entries(bodies(fields)).flatMap(([how, body]) => {
          const ratio = reservedTokens("chat/completions", body, fields).input_tokens / exact;
          return ratio >= 0.95 && ratio <= 1.4 ? [] : [`${language} ${times} × as ${how}: ${ratio.toFixed(2)}`];
        });
      });
    });
    assertEquals(wrong, []);
  });
}

Deno.test("names, quotes and options are not read by the model, and are not reserved", () => {
  const exact = (messages: number) => messages * (countTokens("Say hello to the world.") + 4) + 3;
  for (const messages of [1, 2, 20]) {
    const fields = {
      model: "gpt-5.4",
      stream: true,
      temperature: 0.7,
      messages: Array(messages).fill({ role: "user", content: "Say hello to the world." }),
    };
    const { input_tokens } = reserved("chat/completions", fields);
    assert(Math.abs(input_tokens - exact(messages)) <= 12 + messages, `${input_tokens} for ${exact(messages)}`);
  }
  assert(inputOf("") >= 1);
});

Deno.test("for any request, reserved tokens are a bounded integer", () => {
  const said = fc.record({ max_tokens: fc.jsonValue(), n: fc.jsonValue(), max_output_tokens: fc.double() });
  fc.assert(fc.property(said, fc.string({ unit: "binary" }), (fields, text) => {
    const { tokens, input_tokens } = reservedTokens("responses", text, fields);
    assert(Number.isInteger(tokens) && tokens >= input_tokens && tokens <= 2_000_000 + 8 * 4000);
  }));
  const huge = [new TextEncoder().encode("1 ".repeat(5_000_000))];
  assertEquals(reservedTokens("responses", huge, { max_output_tokens: 1 }).input_tokens, 2_000_000);
});

Deno.test("an endpoint without output tokens reserves none for output, whatever the request says", () => {
  const asks = { input: prose(400), max_tokens: 1000, max_completion_tokens: 1000, max_output_tokens: 1000, n: 4 };
  for (const endpoint of ["embeddings", "moderations", "openai/deployments/x/embeddings"]) {
    const { tokens, input_tokens, output_cap } = reserved(endpoint, asks);
    assert(input_tokens > 80 && tokens === input_tokens && output_cap === null, endpoint);
  }
  for (
    const endpoint of ["images/generations", "audio/speech", "files", "threads/{id}/runs", "conversations", "models"]
  ) {
    assertEquals(reserved(endpoint, asks), { tokens: 0, input_tokens: 0, output_cap: null }, endpoint);
  }
});

Deno.test("base64 counts as an attachment only in a field for one; elsewhere a long text is text", () => {
  const data = btoa(Array.from({ length: 9000 }, (_, at) => String.fromCharCode(at * 7919 >>> 5 & 255)).join(""));
  const near = (tokens: number, exact: number) =>
    assert(tokens >= exact * 0.95 && tokens <= exact * 1.4, `${tokens} for ${exact}`);
  near(inputOf(data), countTokens(data));
  near(inputOf(`data:image/png;base64,${data}`), countTokens(data));
  near(inputOf([{ type: "text", text: data }]), countTokens(data));
  const url = `data:image/png;base64,${data}`;
  near(inputOf([{ type: "image_url", image_url: { url } }]), 1020);
  near(inputOf([{ type: "input_audio", input_audio: { data } }, { type: "file", file: { file_data: data } }]), 2040);
  const text = prose(3000);
  near(inputOf([{ type: "text", text }, { type: "image_url", image_url: { url } }]), 1000 + countTokens(text));
  assert(inputOf([{ type: "input_audio", input_audio: { data: "short" } }]) < 40);
});

Deno.test("each token id counts as one token, in one list or several", () => {
  const ids = (input: unknown) => reserved("embeddings", { input }).input_tokens;
  assertEquals([ids([1, 2, 3]), ids([[1, 2], [3], "x"])], [3, 3]);
  assert(ids(["a"]) < 10 && ids([]) < 10 && ids([["a"]]) < 10);
});
