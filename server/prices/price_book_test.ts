import assert from "node:assert/strict";
import { formatUsd, parseUsd, type UsdNanos } from "../../shared/money/money.ts";
import type { TokenUsage } from "../../shared/usage.ts";
import type { PricedCall } from "../core/pricing.ts";
import type { UsageParts } from "../../shared/tokens.ts";
import { type OwnPrices, PriceBook } from "./price_book.ts";

const TODAY = Date.parse("2026-11-27T12:00:00Z");
const book = new PriceBook({ now: () => TODAY });

type Tokens = Partial<TokenUsage> & { parts?: UsageParts };

function callOf(model: string | null, { parts, ...tokens }: Tokens, rest: Partial<PricedCall> = {}): PricedCall {
  const none = { input_tokens: 0, cached_input_tokens: 0, output_tokens: 0, reasoning_tokens: 0, total_tokens: 0 };
  return {
    workspace_id: "acme",
    model,
    requested_model: null,
    endpoint: "chat/completions",
    tier: null,
    at_ms: TODAY,
    usage: { ...none, ...tokens },
    usage_parts: parts ?? null,
    ...rest,
  };
}

/** The decimal string of a cost without its last zeros, or the reason for none. */
function priceOf(model: string | null, tokens: Tokens, rest: Partial<PricedCall> = {}, prices: OwnPrices = {}) {
  const own = Object.keys(prices).length > 0 ? new PriceBook({ now: () => TODAY }) : book;
  if (own !== book) own.setOwn(prices);
  const price = own.costOf(callOf(model, tokens, rest));
  return "unpriced" in price ? price.unpriced : formatUsd(price.cost_usd_nanos).replace(/\.?0+$/, "");
}

const on = (day: string): Partial<PricedCall> => ({ at_ms: Date.parse(`${day}T12:00:00Z`) });

const THOUSAND = { input_tokens: 1000, output_tokens: 1000 };
const HALF_CACHED = { input_tokens: 2000, cached_input_tokens: 1000, output_tokens: 500 };
const TEN = { input_tokens: 9, output_tokens: 1 };

Deno.test("calls cost what the price list says, to the nano-dollar", async (t) => {
  const cases: [string, string, ReturnType<typeof priceOf>][] = [
    [
      "cached input",
      "0.005615",
      priceOf("gpt-4o", { input_tokens: 2006, cached_input_tokens: 1920, output_tokens: 300 }),
    ],
    [
      "reasoning is part of the output",
      "0.0005837",
      priceOf("gpt-5-mini", {
        input_tokens: 2746,
        cached_input_tokens: 2208,
        output_tokens: 197,
        reasoning_tokens: 64,
      }),
    ],
    ["flex", "0.0006375", priceOf("gpt-5-mini", HALF_CACHED, { tier: "flex" })],
    ["batch", "0.0006375", priceOf("gpt-5-mini", HALF_CACHED, { endpoint: "batches/{id}" })],
    ["default", "0.001275", priceOf("gpt-5-mini", HALF_CACHED, { tier: "default" })],
    ["priority of gpt-4o", "0.00005525", priceOf("gpt-4o", TEN, { tier: "priority" })],
    ["priority of a snapshot", "0.0000455", priceOf("gpt-4.1-2025-04-14", TEN, { tier: "priority" })],
    ["priority of gpt-4o-mini", "0.00000325", priceOf("gpt-4o-mini", TEN, { tier: "priority" })],
    ["priority of gpt-5.5", "0.0001875", priceOf("gpt-5.5", TEN, { tier: "priority" })],
    ["priority of gpt-5-mini", "0.00000765", priceOf("gpt-5-mini", TEN, { tier: "priority" })],
    ["short context", "0.6799975", priceOf("gpt-5.4", { input_tokens: 271_999 })],
    ["long context", "1.36", priceOf("gpt-5.4", { input_tokens: 272_000 })],
    ["long context, output", "1.3825", priceOf("gpt-5.4", { input_tokens: 272_000, output_tokens: 1000 })],
    ["long context, flex", "0.68", priceOf("gpt-5.4", { input_tokens: 272_000 }, { tier: "flex" })],
    ["above 272,000 alone", "0.544", priceOf("gpt-6.2-sol", { input_tokens: 272_000 })],
    [
      "cached input without a discount",
      "7.2",
      priceOf("gpt-5.5-pro", { input_tokens: 210_000, cached_input_tokens: 200_000, output_tokens: 5000 }),
    ],
    ["before a reduction", "0.0175", priceOf("gpt-5.6-terra", THOUSAND, on("2026-07-29"))],
    ["after it", "0.014", priceOf("gpt-5.6-terra", THOUSAND, on("2026-07-30"))],
    ["before a promotion", "0.035", priceOf("gpt-5.6-sol", THOUSAND, on("2026-08-20"))],
    ["on its last day", "0.024", priceOf("gpt-5.6-sol", THOUSAND, on("2026-11-21"))],
    ["after it", "0.035", priceOf("gpt-5.6-sol", THOUSAND, on("2026-11-22"))],
    ["images", "0.04127", priceOf("gpt-image-2", { input_tokens: 22, output_tokens: 1372 })],
    [
      "images, counted apart",
      "0.04127",
      priceOf("gpt-image-2", {
        input_tokens: 22,
        output_tokens: 1372,
        parts: { output_image_tokens: 1372, images: 1 },
      }),
    ],
    [
      "image input",
      "0.0085",
      priceOf("gpt-image-2", { input_tokens: 1100, parts: { input_image_tokens: 1000 } }),
    ],
    ["embeddings", "0.00002", priceOf("text-embedding-3-small", { input_tokens: 1000 }, { endpoint: "embeddings" })],
    [
      "audio",
      "0.1125",
      priceOf("gpt-audio", {
        input_tokens: 1200,
        output_tokens: 1250,
        parts: { input_audio_tokens: 1000, output_audio_tokens: 1250 },
      }),
    ],
    [
      "cached audio, more of it than the text",
      "0.0084",
      priceOf("gpt-realtime", {
        input_tokens: 1250,
        cached_input_tokens: 1000,
        parts: { input_audio_tokens: 1150, cached_audio_tokens: 750 },
      }),
    ],
    [
      "cache writes",
      "0.0025",
      priceOf("gpt-5.6-terra", { input_tokens: 1000, parts: { cache_write_tokens: 1000 } }),
    ],
    [
      "cache writes for an hour, by the team's own price",
      "0.00325",
      priceOf("claude", { input_tokens: 1000, parts: { cache_write_tokens: 1000, cache_write_1h_tokens: 1000 } }, {}, {
        prices: [{ model: "claude", per_million: { input: "1", cache_write: "1.25", cache_write_1h: "3.25" } }],
      }),
    ],
    ["minutes", "0.009", priceOf("whisper-1", { parts: { audio_seconds: 90 } })],
    ["a part of a second", "0.00035", priceOf("whisper-1", { parts: { audio_seconds: 3.5 } })],
    ["nothing", "0", priceOf("omni-moderation-latest", { input_tokens: 50 })],
    ["a promotion of a tier", "0.000084", priceOf("gpt-6.2-sol", TEN, { tier: "ultrafast" })],
    ["after it", "0.000168", priceOf("gpt-6.2-sol", TEN, { tier: "ultrafast", ...on("2027-03-01") })],
  ];
  for (const [name, expected, price] of cases) await t.step(name, () => assert.equal(price, expected));
});

Deno.test("priority has the prices of OpenAI's page", async (t) => {
  const page: [model: string, input: string, cached: string, output: string][] = [
    ["gpt-5.4-mini", "1.5", "0.15", "9"],
    ["gpt-5.4", "5", "0.5", "30"],
    ["gpt-5.2", "3.5", "0.35", "28"],
    ["gpt-5.1", "2.5", "0.25", "20"],
    ["gpt-5", "2.5", "0.25", "20"],
    ["gpt-5-mini", "0.45", "0.045", "3.6"],
    ["gpt-4.1", "3.5", "0.875", "14"],
    ["gpt-4.1-mini", "0.7", "0.175", "2.8"],
    ["gpt-4.1-nano", "0.2", "0.05", "0.8"],
    ["gpt-4o-2024-11-20", "4.25", "2.125", "17"],
    ["gpt-4o-2024-05-13", "8.75", "8.75", "26.25"],
    ["gpt-4o-mini", "0.25", "0.125", "1"],
    ["o3", "3.5", "0.875", "14"],
    ["o4-mini", "2", "0.5", "8"],
  ];
  // A million times a ten-thousandth, so that no call is one of long context.
  const cost = (model: string, tokens: Tokens) => priceOf(model, tokens, { tier: "priority" });
  const part = (amount: string) => formatUsd(parseUsd(amount)! / 10_000n as UsdNanos).replace(/\.?0+$/, "");
  for (const [model, ...prices] of page) {
    const found = [
      cost(model, { input_tokens: 100 }),
      cost(model, { input_tokens: 100, cached_input_tokens: 100 }),
      cost(model, { output_tokens: 100 }),
    ];
    await t.step(model, () => assert.deepEqual(found, prices.map(part)));
  }
});

Deno.test("an unknown price is a reason, never $0", async (t) => {
  const cases: [string, string, ReturnType<typeof priceOf>][] = [
    ["a duration that is not known", "unknown_usage", priceOf("whisper-1", {})],
    ["tts-1", "unknown_model", priceOf("tts-1", { parts: { characters: 100 } })],
    ["dall-e-3", "unknown_model", priceOf("dall-e-3", { parts: { images: 1 } })],
    ["sora-2", "unknown_model", priceOf("sora-2", {})],
    ["chat-latest", "unknown_model", priceOf("chat-latest", THOUSAND)],
    ["gpt-chat-latest", "unknown_model", priceOf("gpt-chat-latest", THOUSAND)],
    ["a snapshot of tomorrow", "unknown_model", priceOf("gpt-4o-2026-11-28", THOUSAND)],
    ["a snapshot of tomorrow, of any name", "unknown_model", priceOf("gpt-5.6-sol-2026-11-28", THOUSAND)],
    ["a snapshot from after the call", "unknown_model", priceOf("gpt-5.6-sol-2026-10-01", THOUSAND, on("2026-09-30"))],
    ["a model of another maker", "unknown_model", priceOf("my-moderation", THOUSAND)],
    ["a longer name", "unknown_model", priceOf("gpt-5-nano-ultra", THOUSAND)],
    ["a model before its first day", "unknown_model", priceOf("gpt-6.2-sol", THOUSAND, on("2026-11-16"))],
    ["no model", "unknown_model", priceOf(null, THOUSAND)],
    ["a tier that no list knows", "unknown_tier", priceOf("gpt-4o", TEN, { tier: "scale" })],
    ["a tier that the model lacks", "unknown_tier", priceOf("gpt-5-nano", TEN, { tier: "priority" })],
    ["a name of every object", "unknown_tier", priceOf("gpt-4o", TEN, { tier: "constructor" })],
    [
      "a cache write for an hour, where the price is that of five minutes",
      "unknown_unit",
      priceOf("gpt-5.6-terra", { input_tokens: 10, parts: { cache_write_tokens: 10, cache_write_1h_tokens: 10 } }),
    ],
    [
      "audio without a price",
      "unknown_unit",
      priceOf("gpt-4o", { input_tokens: 10, parts: { input_audio_tokens: 5 } }),
    ],
    ["seconds of a model of tokens", "unknown_unit", priceOf("gpt-4o", { parts: { audio_seconds: 5 } })],
    ["more cached than input", "invalid_usage", priceOf("gpt-4o", { input_tokens: 1, cached_input_tokens: 2 })],
    ["a negative count", "invalid_usage", priceOf("gpt-4o", { input_tokens: -1 })],
    ["a fraction", "invalid_usage", priceOf("gpt-4o", { output_tokens: 0.5 })],
    ["no number", "invalid_usage", priceOf("gpt-4o", { output_tokens: NaN })],
    ["more than the ledger holds", "invalid_usage", priceOf("o1-pro", { output_tokens: Number.MAX_SAFE_INTEGER })],
    ["negative seconds", "invalid_usage", priceOf("whisper-1", { parts: { audio_seconds: -1 } })],
    [
      "more audio than input",
      "invalid_usage",
      priceOf("gpt-audio", { input_tokens: 1, parts: { input_audio_tokens: 2 } }),
    ],
  ];
  for (const [name, expected, price] of cases) await t.step(name, () => assert.equal(price, expected));
});

Deno.test("the model that was requested has the price where no answer names one", () => {
  assert.equal(priceOf(null, TEN, { requested_model: "gpt-4o" }), priceOf("gpt-4o", TEN));
});

Deno.test("100,000 calls at $0.00075 cost $75", () => {
  const price = book.costOf(callOf("gpt-5.4-mini", { input_tokens: 1000 }));
  assert.ok("cost_usd_nanos" in price);
  assert.equal(formatUsd(price.cost_usd_nanos * 100_000n as never), "75.000000000");
});

Deno.test("a cost is rounded once, half up", () => {
  assert.equal(priceOf("gpt-5-nano", { input_tokens: 1 }, { tier: "flex" }), "0.000000025");
  // 5 cached tokens at $0.0025 are 12.5 nano-dollars.
  assert.equal(priceOf("gpt-5-nano", { input_tokens: 5, cached_input_tokens: 5 }, { tier: "flex" }), "0.000000013");
});

Deno.test("the team's own prices come first", async (t) => {
  const steps: [string, string, ReturnType<typeof priceOf>][] = [
    ["a discount", "0.000029", priceOf("gpt-4o", TEN, {}, { prices: [{ model: "*", discount_percent: "10.77" }] })],
    [
      "a deployment, in a tier",
      "0.00005525",
      priceOf("prod-4o-eu", TEN, { tier: "priority" }, { prices: [{ model: "prod-4o*", like: "gpt-4o" }] }),
    ],
    [
      "a self-hosted model",
      "0.0000023",
      priceOf("llama-4", TEN, {}, { prices: [{ model: "llama-*", per_million: { input: "0.2", output: "0.5" } }] }),
    ],
    [
      "characters",
      "0.0015",
      priceOf("tts-1", { parts: { characters: 100 } }, {}, {
        prices: [{ model: "tts-1", per_million: { characters: "15" } }],
      }),
    ],
    [
      "images and calls",
      "0.09",
      priceOf("dall-e-3", { parts: { images: 2 } }, {}, {
        prices: [{ model: "dall-e-3", per_image: "0.04", per_call: "0.01" }],
      }),
    ],
    [
      "another tier than those listed",
      "unknown_tier",
      priceOf("llama-4", TEN, { tier: "flex" }, { prices: [{ model: "llama-4", per_million: { input: "1" } }] }),
    ],
    [
      "a tier that is listed",
      "0.0000095",
      priceOf("llama-4", TEN, { tier: "flex" }, {
        prices: [{ model: "llama-4", tiers: { flex: { per_million: { input: "1", output: "0.5" } } } }],
      }),
    ],
    [
      "after the last day",
      "0.0000325",
      priceOf("gpt-4o", TEN, {}, { prices: [{ model: "gpt-4o", until: "2026-11-27", discount_percent: "50" }] }),
    ],
    [
      "from the first day",
      "0.00001625",
      priceOf("gpt-4o", TEN, {}, { prices: [{ model: "gpt-4o", from: "2026-11-27", discount_percent: "50" }] }),
    ],
    [
      "a workspace before all",
      "0",
      priceOf("gpt-4o", TEN, {}, {
        prices: [{ model: "*", discount_percent: "10" }],
        workspaces: { acme: { prices: [{ model: "gpt-4o", discount_percent: "100" }] } },
      }),
    ],
    [
      "another workspace",
      "0.0000325",
      priceOf("gpt-4o", TEN, {}, { workspaces: { other: { prices: [{ model: "gpt-4o", discount_percent: "100" }] } } }),
    ],
  ];
  for (const [name, expected, price] of steps) await t.step(name, () => assert.equal(price, expected));
});

Deno.test("the worst case covers whatever the tokens turn out to be", () => {
  const expected = (model: string, input_tokens: number, output_cap: number | null, tier: string | null = null) =>
    book.worstCase({
      workspace_id: "acme",
      model,
      endpoint: "responses",
      tier,
      input_tokens,
      output_cap,
      at_ms: TODAY,
    });
  assert.equal(expected("gpt-4o", 1000, 1000), 12_500_000n);
  assert.equal(expected("gpt-5.4", 272_000, 1000), 1_382_500_000n);
  assert.equal(expected("gpt-5.6-terra", 1000, 0), 2_500_000n, "all of it may be written to the cache");
  assert.equal(expected("gpt-realtime", 1000, 1000), 96_000_000n, "all of it may be audio");
  assert.equal(expected("gpt-5-nano", 1000, 0, "priority"), 50_000n, "a tier that the model lacks");
  assert.equal(expected("gpt-4o", 1000, null), null);
  assert.equal(expected("tts-1", 1000, 1000), null);
  assert.equal(expected("whisper-1", 1000, 1000), null);
});

Deno.test("the age counts from the day of the overlay", () => {
  const later = new PriceBook({ now: () => Date.parse("2026-12-07T23:00:00Z") });
  assert.deepEqual(later.about, {
    library: "@pydantic/genai-prices 0.1.8",
    overlay_date: "2026-11-27",
    age_days: 10,
  });
});

Deno.test("names without end do not fill the memory, and prices stay right", () => {
  for (let i = 0; i < 25_000; i++) book.costOf(callOf(`model-${i}`, TEN));
  assert.equal(priceOf("gpt-4o", TEN), "0.0000325");
});
