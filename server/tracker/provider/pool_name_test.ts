import * as fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { poolName } from "./pool_name.ts";

const cases: [string | null, string][] = [
  [null, "unknown"],
  ["", "unknown"],
  ["gpt-5.4", "gpt-5.4"],
  ["gpt-5.4-2026-08-01", "gpt-5.4"],
  ["gpt-5.4-mini-2026-03-17", "gpt-5.4-mini"],
  ["o3-2025-04-16", "o3"],
  ["gpt-4-0613", "gpt-4"],
  ["gpt-3.5-turbo-1106", "gpt-3.5-turbo"],
  ["gpt-4-1106-preview", "gpt-4-1106-preview"],
  ["ft:gpt-4.1-mini-2025-04-14:acme::9abc", "gpt-4.1-mini"],
  ["ft:gpt-5.4:acme", "gpt-5.4"],
  ["ft:", "ft:"],
  ["-2026-08-01", "-2026-08-01"],
  ["text-embedding-3-large", "text-embedding-3-large"],
  ["whisper-1", "whisper-1"],
  ["dall-e-3", "dall-e-3"],
  ["model-9999", "model-9999"],
  ["my-deployment", "my-deployment"],
];
for (const [model, pool] of cases) {
  Deno.test(`the pool of ${model} is ${pool}`, () => assertEquals(poolName(model), pool));
}

Deno.test("long context has its own pool, from a smaller size on for gpt-4.1", () => {
  assertEquals(poolName("gpt-5.4-2026-08-01", 272_000), "gpt-5.4");
  assertEquals(poolName("gpt-5.4-2026-08-01", 272_001), "gpt-5.4 long context");
  assertEquals(poolName("gpt-4.1-mini", 128_001), "gpt-4.1-mini long context");
});

Deno.test("property: every model name has a pool, and its snapshots share it", () => {
  fc.assert(fc.property(fc.string({ minLength: 1 }), (model) => assert(poolName(model).length > 0)));
  const family = fc.stringMatching(/^[a-z]{2,8}-\d(\.\d)?(-mini)?$/);
  fc.assert(fc.property(family, (model) => assertEquals(poolName(`${model}-2026-08-01`), poolName(model))));
});
