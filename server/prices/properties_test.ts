/** Rules that hold for every price, on random calls. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { PRICED_TIERS } from "../../shared/money/prices.ts";
import type { TokenUsage } from "../../shared/usage.ts";
import { PriceBook } from "./price_book.ts";

const NOW = Date.parse("2026-11-27T12:00:00Z");
const book = new PriceBook({ now: () => NOW });

const MODELS = [...new Set([...book.public.all("2026-11-27")].map(({ family }) => family))];

const model = fc.constantFrom(...MODELS);
const tier = fc.constantFrom(...PRICED_TIERS);
const count = fc.integer({ min: 0, max: 2_000_000 });

/** A usage in which the parts are at most the whole. */
const usage = fc.record({ input: count, cached: fc.nat(), output: count, reasoning: fc.nat() }).map(
  ({ input, cached, output, reasoning }): TokenUsage => ({
    input_tokens: input,
    cached_input_tokens: cached % (input + 1),
    output_tokens: output,
    reasoning_tokens: reasoning % (output + 1),
    total_tokens: input + output,
  }),
);

function costOf(model: string, tier: string, usage: TokenUsage, parts = {}): bigint | null {
  const usage_parts = Object.keys(parts).length > 0 ? parts : null;
  const call = { workspace_id: "acme", model, requested_model: null, endpoint: "responses", at_ms: NOW };
  const price = book.costOf({ ...call, tier, usage, usage_parts });
  return "unpriced" in price ? null : price.cost_usd_nanos;
}

const none: TokenUsage = {
  input_tokens: 0,
  cached_input_tokens: 0,
  output_tokens: 0,
  reasoning_tokens: 0,
  total_tokens: 0,
};

Deno.test("the sum of the parts is the whole, up to the rounding of each", () => {
  fc.assert(fc.property(model, tier, usage, (model, tier, usage) => {
    const { input_tokens, cached_input_tokens, output_tokens } = usage;
    fc.pre(input_tokens < 200_000);
    const whole = costOf(model, tier, usage);
    const parts = [
      costOf(model, tier, { ...none, input_tokens: input_tokens - cached_input_tokens }),
      costOf(model, tier, { ...none, input_tokens: cached_input_tokens, cached_input_tokens }),
      costOf(model, tier, { ...none, output_tokens }),
    ];
    if (whole === null || parts.includes(null)) return;
    const sum = parts.reduce<bigint>((sum, part) => sum + part!, 0n);
    assert.ok(sum - whole <= 2n && whole - sum <= 2n, `${sum} and ${whole}`);
  }));
});

Deno.test("cached input costs at most as much as input", () => {
  fc.assert(fc.property(model, tier, usage, (model, tier, usage) => {
    const cost = costOf(model, tier, usage);
    const without = costOf(model, tier, { ...usage, cached_input_tokens: 0 });
    assert.ok(cost === null || cost <= without!);
  }));
});

Deno.test("more tokens never cost less", () => {
  fc.assert(fc.property(model, tier, usage, count, count, (model, tier, usage, input, output) => {
    const more = {
      ...usage,
      input_tokens: usage.input_tokens + input,
      output_tokens: usage.output_tokens + output,
    };
    const cost = costOf(model, tier, usage);
    assert.ok(cost === null || cost <= costOf(model, tier, more)!);
  }));
});

Deno.test("tiers are never mixed: flex and batch are half of default for all calls", () => {
  fc.assert(fc.property(model, usage, (model, usage) => {
    const whole = costOf(model, "default", usage);
    const flex = costOf(model, "flex", usage);
    assert.equal(flex, costOf(model, "batch", usage));
    if (whole === null) return assert.equal(flex, null);
    const difference = flex! * 2n - whole;
    assert.ok(difference >= -1n && difference <= 1n, `${flex} and ${whole}`);
  }));
});

Deno.test("the worst case is at least the cost of any call within its bounds", () => {
  fc.assert(fc.property(model, tier, usage, fc.nat(), fc.nat(), (model, tier, usage, audio, write) => {
    const { input_tokens, output_tokens: output_cap } = usage;
    const call = { workspace_id: "acme", model, endpoint: "responses", tier, at_ms: NOW };
    const most = book.worstCase({ ...call, input_tokens, output_cap });
    const uncached = input_tokens - usage.cached_input_tokens;
    const input_audio_tokens = audio % (uncached + 1);
    const cache_write_tokens = write % (uncached - input_audio_tokens + 1);
    for (const parts of [{}, { input_audio_tokens, cache_write_tokens }, { cache_write_tokens }]) {
      const cost = costOf(model, tier, usage, parts);
      assert.ok(cost === null || (most !== null && cost <= most), `${cost} and ${most}`);
    }
  }));
});

Deno.test("no usage stops the service, however wrong it is", () => {
  const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(-0, 2 ** 53, 1e308));
  const names = ["input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens", "total_tokens"] as const;
  const wild = fc.record(Object.fromEntries(names.map((name) => [name, number])) as Record<
    typeof names[number],
    typeof number
  >);
  const parts = fc.record({ audio_seconds: number, images: number, input_audio_tokens: number }, { requiredKeys: [] });
  fc.assert(fc.property(fc.oneof(model, fc.string()), fc.oneof(tier, fc.string()), wild, parts, (...call) => {
    const cost = costOf(...call);
    assert.ok(cost === null || cost >= 0n);
  }));
});
