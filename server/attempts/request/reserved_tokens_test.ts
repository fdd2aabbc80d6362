import * as fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { reservedTokens } from "./reserved_tokens.ts";

Deno.test("a hold is the input by its characters and the output by its cap, within bounds", () => {
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

Deno.test("whatever the caller says, a hold is a bounded whole number", () => {
  const said = fc.record({ max_tokens: fc.jsonValue(), n: fc.jsonValue(), max_output_tokens: fc.double() });
  fc.assert(fc.property(said, fc.nat(), (fields, characters) => {
    const { tokens, input_tokens } = reservedTokens("responses", characters, fields);
    assert(Number.isInteger(tokens) && tokens >= input_tokens && tokens <= 2_000_000 + 8 * 4000);
  }));
});
