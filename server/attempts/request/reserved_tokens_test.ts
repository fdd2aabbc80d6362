import * as fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { reservedTokens } from "./reserved_tokens.ts";

Deno.test("reserved tokens are the input by its characters and the output by its cap, within bounds", () => {
  const cases: [string, number, Record<string, unknown>, number, number][] = [
    ["chat/completions", 400, {}, 600, 100],
    ["chat/completions", 400, { max_tokens: 50 }, 150, 100],
    ["chat/completions", 400, { max_completion_tokens: 50, max_tokens: 9 }, 150, 100],
    ["responses", 400, { max_output_tokens: 50 }, 150, 100],
    ["chat/completions", 400, { max_tokens: 1e6 }, 4100, 100],
    ["chat/completions", 400, { max_tokens: 50, n: 3 }, 250, 100],
    ["chat/completions", 400, { max_tokens: 50, n: 1000 }, 500, 100],
    ["openai/deployments/x/chat/completions", 4, { max_tokens: 1 }, 2, 1],
    ["embeddings", 401, {}, 101, 101],
    ["moderations", 4, {}, 1, 1],
    ["responses", 10e6, { max_output_tokens: 1 }, 2_000_001, 2_000_000],
    ["images/generations", 400, {}, 0, 0],
    ["models", 0, {}, 0, 0],
    ["responses/{id}/cancel", 2, {}, 0, 0],
  ];
  for (const [endpoint, characters, fields, tokens, input_tokens] of cases) {
    const { output_cap: _, ...hold } = reservedTokens(endpoint, characters, fields);
    assertEquals(hold, { tokens, input_tokens }, `${endpoint} ${characters}`);
  }
});

Deno.test("for any request, reserved tokens are a bounded integer", () => {
  const said = fc.record({ max_tokens: fc.jsonValue(), n: fc.jsonValue(), max_output_tokens: fc.double() });
  fc.assert(fc.property(said, fc.nat(), (fields, characters) => {
    const { tokens, input_tokens } = reservedTokens("responses", characters, fields);
    assert(Number.isInteger(tokens) && tokens >= input_tokens && tokens <= 2_000_000 + 8 * 4000);
  }));
});

Deno.test("an endpoint without output tokens reserves none for output, whatever the request says", () => {
  const asks = { max_tokens: 1000, max_completion_tokens: 1000, max_output_tokens: 1000, n: 4 };
  for (const endpoint of ["embeddings", "moderations", "openai/deployments/x/embeddings"]) {
    assertEquals(reservedTokens(endpoint, 400, asks), { tokens: 100, input_tokens: 100, output_cap: null }, endpoint);
  }
  for (const endpoint of ["images/generations", "audio/speech", "files", "threads/{id}/runs", "conversations"]) {
    assertEquals(reservedTokens(endpoint, 400, asks), { tokens: 0, input_tokens: 0, output_cap: null }, endpoint);
  }
});

Deno.test("base64 counts as an attachment only in a field for one; elsewhere a long text is text", () => {
  const input = (content: unknown) => {
    const fields = { messages: [{ role: "user", content }] };
    return reservedTokens("chat/completions", 8000, fields).input_tokens;
  };
  const long = "x".repeat(4000);
  assertEquals(input(long), 2000);
  assertEquals(
    input([{ type: "image_url", image_url: { url: `data:image/png;base64,${long}`.slice(0, 4000) } }]),
    2000,
  );
  assertEquals(input([{ type: "input_audio", input_audio: { data: long } }]), 2000);
  assertEquals(input([{ type: "input_audio", input_audio: { data: "x".repeat(6000) } }]), 1500);
  assertEquals(input([{ type: "input_audio", input_audio: { data: "short" } }]), 2000);
});

Deno.test("each token id counts as one token, in one list or several", () => {
  const ids = (input: unknown) => reservedTokens("embeddings", 400, { input }).input_tokens;
  assertEquals([ids([1, 2, 3]), ids([[1, 2], [3], "x"]), ids(["a"]), ids([]), ids([["a"]])], [3, 3, 100, 100, 100]);
});
