/** The names that providers give to the counts in a usage object. */
import type { UsageParts } from "../../../shared/tokens.ts";

export const INPUT = [
  "input_tokens",
  "prompt_tokens",
  "promptTokenCount",
  "inputTokens",
  "inputTokenCount",
  "prompt_eval_count",
  "native_tokens_prompt",
];
export const OUTPUT = [
  "output_tokens",
  "completion_tokens",
  "candidatesTokenCount",
  "outputTokens",
  "outputTokenCount",
  "eval_count",
  "native_tokens_completion",
];
export const TOTAL = ["total_tokens", "totalTokenCount", "totalTokens"];

/** Parts of the input. */
export const CACHED = [
  "cached_tokens",
  "cached_input_tokens",
  "prompt_cache_hit_tokens",
  "num_cached_tokens",
  "cachedContentTokenCount",
  "native_tokens_cached",
];
export const MISSED = ["prompt_cache_miss_tokens"];

/** Anthropic counts these beside the input, others as parts of it. */
export const CACHE_READ = ["cache_read_input_tokens", "cacheReadInputTokens", "cacheReadInputTokenCount"];
export const CACHE_WRITE = ["cache_creation_input_tokens", "cacheWriteInputTokens", "cacheWriteInputTokenCount"];

/** Others count them in the details of the input. */
export const CACHE_WRITE_PARTS = ["cache_write_tokens", "cache_creation_tokens"];

/** Details of the input: what of the cached tokens is audio or an image. */
export const CACHED_DETAILS = "cached_tokens_details";

/** Gemini's lists of tokens by kind, with the parts of a usage that they are. */
export const MODALITY_LISTS: [string, Record<string, keyof UsageParts | undefined>][] = [
  ["promptTokensDetails", { AUDIO: "input_audio_tokens", IMAGE: "input_image_tokens" }],
  ["cacheTokensDetails", { AUDIO: "cached_audio_tokens", IMAGE: "cached_image_tokens" }],
  ["candidatesTokensDetails", { AUDIO: "output_audio_tokens", IMAGE: "output_image_tokens" }],
];

export const REASONING = ["reasoning_tokens", "thinking_tokens", "native_tokens_reasoning"];

/** Gemini counts these beside the output and the input. */
export const THOUGHTS = ["thoughtsTokenCount"];
export const TOOL_INPUT = ["toolUsePromptTokenCount"];

export const INPUT_DETAILS = [
  "input_tokens_details",
  "input_token_details",
  "prompt_tokens_details",
  "prompt_token_details",
];
export const OUTPUT_DETAILS = [
  "output_tokens_details",
  "output_token_details",
  "completion_tokens_details",
  "completion_token_details",
];

/** All names that are read in a usage object. */
export const COUNT_NAMES: readonly string[] = [
  ...[INPUT, OUTPUT, TOTAL, CACHED, MISSED, CACHE_READ, CACHE_WRITE, REASONING, THOUGHTS, TOOL_INPUT].flat(),
  "cache_creation",
  ...INPUT_DETAILS,
  ...OUTPUT_DETAILS,
];
