/**
 * Our own additions to the library's prices of OpenAI's models: the one file to edit when prices change. Amounts are
 * dollars, by the million of tokens. `from` and `until` are days in UTC; `until` is the first day after.
 *
 * After an edit, set `date` and run `npm run prices -- --diff old.json now` and `npm test`.
 */
import type { PricedTier } from "../../shared/money/prices.ts";
import type { PriceSpec } from "../../shared/money/prices_schema.ts";

/** Days in which something is in force. */
export interface Days {
  from?: string;
  until?: string;
}

/** A change to a family of the library. Units that are not named stay. */
export interface Change extends Days, PriceSpec {
  family: string;
  source: string;
}

/** A family that the library lacks. A name that ends in `*` stands for all that begin so. */
interface OwnFamily extends Days, PriceSpec {
  family: string;
  names: string[];
  source: string;
}

/** The price of a tier: a multiple of the default tier's, or prices of its own. */
export interface TierPrice extends Days {
  tier: PricedTier;
  families: string[];
  times?: string;
  per_million?: PriceSpec["per_million"];
  source: string;
}

/** The table. */
export interface Overlay {
  date: string;
  library: { name: string; version: string; date: string };
  sources: Record<string, string>;
  left_out: Record<string, string>;
  changes: Change[];
  aliases: Record<string, string[]>;
  families: OwnFamily[];
  half: PricedTier[];
  tiers: TierPrice[];
}

const LONG = 272_000;

export const OVERLAY: Overlay = {
  date: "2026-11-27",
  library: { name: "@pydantic/genai-prices", version: "0.1.8", date: "2026-09-23" },
  sources: {
    pricing: "https://developers.openai.com/api/docs/pricing, read by third parties up to 2026-11-18",
    priority: "https://openai.com/api-priority-processing/, copies of two versions read on 2026-11-27",
    models: "https://developers.openai.com/api/docs/models/{model}, of gpt-6.2-sol read on 2026-11-27",
    litellm: "https://github.com/BerriAI/litellm, model_prices_and_context_window.json of 2026-07-02",
    litellm_full: "the same table at commit 00035b69f416, read on 2026-11-27, which also has audio and cached input",
    tables: "public tables of several authors, which agree; none of them is OpenAI's own list",
    rule: "derived from the rules of the model pages: cache writes 1.25 times input, long context 2 and 1.5 times",
    changelog: "https://developers.openai.com/api/docs/changelog, entries of 2026-07-30 and 2026-08-21",
  },

  /** Families of the library that are not priced, with the reason: no price is better than one of another provider. */
  left_out: {
    "chatgpt-4o-latest": "withdrawn; its name follows the newest snapshot",
    "gpt-5-image": "from another provider's list",
    "gpt-5-image-mini": "from another provider's list",
    "gpt-5.4-image-2": "from another provider's list",
    "gpt-4o:extended": "from another provider's list",
    "gpt-chat-latest": "from another provider's list; its name follows the newest snapshot",
    "gpt-oss-120b": "open weights, with another price at every host",
    "gpt-oss-20b": "open weights, with another price at every host",
    "gpt-oss-safeguard-20b": "open weights, with another price at every host",
    "moderation": "matches any name that contains the word; the free models are listed below",
  },

  changes: [
    // The reduction of 2026-08-21, which the library has, was announced as a promotion through 2026-11-21.
    {
      family: "gpt-5.6-sol",
      from: "2026-11-22",
      per_million: { input: "5", cached_input: "0.5", cache_write: "6.25", output: "30" },
      long_context: {
        above: LONG - 1,
        per_million: { input: "10", cached_input: "1", cache_write: "12.5", output: "45" },
      },
      source: "changelog",
    },
    // The library has these models' prices of text alone.
    { family: "gpt-4o-audio-preview", per_million: { input_audio: "40", output_audio: "80" }, source: "litellm_full" },
    {
      family: "gpt-4o-mini-audio-preview",
      per_million: { input_audio: "10", output_audio: "20" },
      source: "litellm_full",
    },
    { family: "gpt-4o-mini-tts", per_million: { output_audio: "12" }, source: "litellm_full" },
  ],

  /** Further names of the library's families. */
  aliases: {
    "gpt-4o-mini-transcribe": ["gpt-4o-mini-transcribe-2025-03-20", "gpt-4o-mini-transcribe-2025-12-15"],
    "gpt-4o-mini-tts": ["gpt-4o-mini-tts-2025-03-20", "gpt-4o-mini-tts-2025-12-15"],
    "gpt-5": ["gpt-5-search-api", "gpt-5-search-api-2025-10-14"],
  },

  families: [
    {
      family: "gpt-6.2-astra",
      names: ["gpt-6.2-astra"],
      from: "2026-11-17",
      per_million: { input: "8", cached_input: "0.4", cache_write: "10", output: "40" },
      long_context: {
        above: LONG,
        per_million: { input: "16", cached_input: "0.8", cache_write: "20", output: "60" },
      },
      source: "rule",
    },
    {
      family: "gpt-6.2-sol",
      names: ["gpt-6.2-sol"],
      from: "2026-11-17",
      per_million: { input: "2", cached_input: "0.1", cache_write: "2.5", output: "10" },
      long_context: { above: LONG, per_million: { input: "4", cached_input: "0.2", cache_write: "5", output: "15" } },
      source: "models",
    },
    {
      family: "gpt-6.1-sol",
      names: ["gpt-6.1-sol"],
      from: "2026-09-29",
      per_million: { input: "2", cached_input: "0.1", cache_write: "2.5", output: "10" },
      long_context: { above: LONG, per_million: { input: "4", cached_input: "0.2", cache_write: "5", output: "15" } },
      source: "rule",
    },
    {
      family: "gpt-4o-audio-preview-2024-10-01",
      names: ["gpt-4o-audio-preview-2024-10-01"],
      per_million: { input: "2.5", output: "10", input_audio: "100", output_audio: "200" },
      source: "tables",
    },
    {
      family: "ft:gpt-4.1",
      names: ["ft:gpt-4.1-2025-04-14:*"],
      per_million: { input: "3", cached_input: "0.75", output: "12" },
      source: "litellm_full",
    },
    {
      family: "ft:gpt-4.1-mini",
      names: ["ft:gpt-4.1-mini-2025-04-14:*"],
      per_million: { input: "0.8", cached_input: "0.2", output: "3.2" },
      source: "litellm_full",
    },
    {
      family: "ft:gpt-4.1-nano",
      names: ["ft:gpt-4.1-nano-2025-04-14:*"],
      per_million: { input: "0.2", cached_input: "0.05", output: "0.8" },
      source: "litellm_full",
    },
    {
      family: "babbage-002",
      names: ["babbage-002"],
      per_million: { input: "0.4", output: "0.4" },
      source: "tables",
    },
    { family: "davinci-002", names: ["davinci-002"], per_million: { input: "2", output: "2" }, source: "tables" },
    {
      family: "moderation",
      names: [
        "omni-moderation-latest",
        "omni-moderation-2024-09-26",
        "text-moderation-latest",
        "text-moderation-stable",
        "text-moderation-007",
      ],
      per_million: { input: "0", output: "0" },
      source: "litellm",
    },
  ],

  /** Tiers that cost half of the default tier, for every model. */
  half: ["flex", "batch"],

  tiers: [
    { tier: "priority", families: ["gpt-5.5"], times: "2.5", source: "priority" },
    {
      tier: "priority",
      families: ["gpt-5.4", "gpt-5.4-mini", "gpt-5.3-codex", "gpt-5.2", "gpt-5.1", "gpt-5"],
      times: "2",
      source: "priority",
    },
    { tier: "priority", families: ["gpt-5-mini"], times: "1.8", source: "priority" },
    { tier: "priority", families: ["gpt-4.1"], times: "1.75", source: "priority" },
    { tier: "priority", families: ["gpt-4.1-mini", "o3"], times: "1.75", source: "priority" },
    { tier: "priority", families: ["gpt-4.1-nano"], times: "2", source: "priority" },
    { tier: "priority", families: ["gpt-4o"], times: "1.7", source: "priority" },
    { tier: "priority", families: ["gpt-4o-2024-05-13"], times: "1.75", source: "priority" },
    {
      tier: "priority",
      families: ["gpt-4o-mini"],
      per_million: { input: "0.25", cached_input: "0.125", output: "1" },
      source: "priority",
    },
    {
      tier: "priority",
      families: ["o4-mini"],
      per_million: { input: "2", cached_input: "0.5", output: "8" },
      source: "priority",
    },
    {
      tier: "priority",
      families: ["gpt-5.6-luna", "gpt-5.6-sol", "gpt-5.6-terra", "gpt-6-astra", "gpt-6-luna", "gpt-6-sol"],
      times: "2",
      source: "pricing",
    },
    { tier: "priority", families: ["gpt-6.1-sol", "gpt-6.2-astra", "gpt-6.2-sol"], times: "2", source: "models" },
    { tier: "ultrafast", families: ["gpt-6.2-sol"], until: "2027-03-01", times: "3", source: "models" },
    { tier: "ultrafast", families: ["gpt-6.2-sol"], from: "2027-03-01", times: "6", source: "models" },
  ],
};
