/**
 * Our prices against two public tables, of which neither is ours or the library's. They are not part of the project: where
 * they are absent, the test says so and passes.
 */
import assert from "node:assert/strict";
import { PriceBook } from "./price_book.ts";

const TABLES = new URL("../../../shared/data/prices-openai.json", import.meta.url);

interface Table {
  retrieved_at: string;
  models: Record<string, [input: number, output: number]>;
}

/** Where a table differs from ours, with the reason as far as the figures show it. */
const DIFFERENCES: Record<string, Record<string, string>> = {
  litellm: {
    "gpt-4o-mini-tts": "OpenAI lists $0.60 for text and $12 for audio; the table has those of the transcribing model",
    "gpt-4o-mini-tts-2025-03-20": "as gpt-4o-mini-tts",
    "gpt-4o-mini-tts-2025-12-15": "as gpt-4o-mini-tts",
    "gpt-image-2": "OpenAI bills image output at $30; the table has the price of text output",
    "gpt-image-2-2026-04-21": "as gpt-image-2",
    "gpt-realtime-2": "OpenAI lists $24 for text output since its second version",
  },
  models_dev: {
    "gpt-3.5-turbo-0613": "the table has the price of the 16k variant",
    "gpt-4": "the table has the price of the 32k variant",
    "gpt-5-5": "the table's alias has the price of gpt-5.4; its gpt-5.5 agrees with ours",
    "gpt-5.2-pro": "the table is exactly 10 % lower: probably the price of a reseller",
    "gpt-image-1.5": "the table has image output, ours is for text output: images are a part of their own",
    "o3-pro": "OpenAI lists $80 for output",
  },
};

async function tables(): Promise<Record<string, Table> | null> {
  try {
    return JSON.parse(await Deno.readTextFile(TABLES));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** A price by the million from the table's doubles, recomputed for some tokens in whole nano-dollars. */
function recomputed(perMillion: number, tokens: number): bigint {
  const microdollars = BigInt(Math.round(perMillion * 1e6));
  return (microdollars * BigInt(tokens) + 500n) / 1000n;
}

const INPUT = 1234;
const OUTPUT = 567;

for (const name of ["litellm", "models_dev"]) {
  Deno.test(`the prices of ${name} are ours, within a nano-dollar, except for those listed`, async () => {
    const found = await tables();
    if (found === null) return console.log(`${TABLES.pathname} is absent: prices are not compared with other tables`);
    const { retrieved_at, models } = found[name];
    const at_ms = Date.parse(retrieved_at);
    const book = new PriceBook({ now: () => at_ms });
    const differing = [];
    let compared = 0;
    for (const [model, [input, output]] of Object.entries(models)) {
      const hasOutput = !/embedding/.test(model);
      const usage = {
        input_tokens: INPUT,
        cached_input_tokens: 0,
        output_tokens: hasOutput ? OUTPUT : 0,
        reasoning_tokens: 0,
        total_tokens: INPUT + OUTPUT,
      };
      const call = { workspace_id: "a", requested_model: null, endpoint: "responses", tier: "default", at_ms };
      const price = book.costOf({ ...call, model, usage, usage_parts: null });
      if ("unpriced" in price) continue;
      compared++;
      const theirs = recomputed(input, INPUT) + (hasOutput ? recomputed(output, OUTPUT) : 0n);
      const difference = price.cost_usd_nanos - theirs;
      if (difference < -1n || difference > 1n) differing.push(model);
    }
    assert.deepEqual(differing.sort(), Object.keys(DIFFERENCES[name]).sort());
    console.log(
      `${name} of ${retrieved_at.slice(0, 10)}: ${compared} of ${Object.keys(models).length} models compared`,
    );
  });
}
