/** Reads the parts of a usage that have prices of their own: cache writes, audio and images. */
import { type UsageParts } from "../../../shared/tokens.ts";
import { isObject } from "../json.ts";
import { CACHE_WRITE, CACHE_WRITE_PARTS, CACHED_DETAILS, MODALITY_LISTS } from "./token_names.ts";

type Fields = Record<string, unknown>;
type Part = keyof UsageParts;

/**
 * The parts that a usage object reports, each above zero.
 *
 * @param input the details of its input; an empty object where there are none.
 * @param output the details of its output.
 * @returns `null` for text alone, which most usages are.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { usageParts } from "./usage_parts.ts";
 *
 * assert.deepEqual(usageParts({}, { audio_tokens: 7, text_tokens: 3 }, {}), { input_audio_tokens: 7 });
 * assert.equal(usageParts({}, { cached_tokens: 4, audio_tokens: 0 }, {}), null);
 * ```
 */
export function usageParts(usage: Fields, input: Fields, output: Fields): UsageParts | null {
  let parts = withPart(null, "input_audio_tokens", input.audio_tokens);
  parts = withPart(parts, "input_image_tokens", input.image_tokens);
  parts = withPart(parts, "output_audio_tokens", output.audio_tokens);
  parts = withPart(parts, "output_image_tokens", output.image_tokens);
  for (const name of CACHE_WRITE_PARTS) parts = withPart(parts, "cache_write_tokens", input[name]);
  for (const name of CACHE_WRITE) parts = withPart(parts, "cache_write_tokens", usage[name]);
  if (isObject(usage.cache_creation)) {
    parts = withPart(parts, "cache_write_1h_tokens", usage.cache_creation.ephemeral_1h_input_tokens);
  }
  const cached = input[CACHED_DETAILS];
  if (isObject(cached)) {
    parts = withPart(parts, "cached_audio_tokens", cached.audio_tokens);
    parts = withPart(parts, "cached_image_tokens", cached.image_tokens);
  }
  return "promptTokenCount" in usage ? withModalities(parts, usage) : parts;
}

/** Gemini lists the tokens of each kind. */
function withModalities(parts: UsageParts | null, usage: Fields): UsageParts | null {
  for (const [list, kinds] of MODALITY_LISTS) {
    const entries = usage[list];
    if (!Array.isArray(entries)) continue;
    for (const entry of entries.filter(isObject)) {
      const part = typeof entry.modality === "string" && Object.hasOwn(kinds, entry.modality) && kinds[entry.modality];
      if (part) parts = withPart(parts, part, entry.tokenCount);
    }
  }
  return parts;
}

function withPart(parts: UsageParts | null, part: Part, count: unknown): UsageParts | null {
  if (typeof count !== "number" || count === 0 || !Number.isSafeInteger(count) || count < 0) return parts;
  return { ...parts, [part]: count };
}

/** A kind of usage that does not name the lifetime of what was written to the cache: an earlier event does. */
export function lacksCacheLifetime(usage: Fields): boolean {
  const hasWritten = CACHE_WRITE.some((name) => typeof usage[name] === "number" && usage[name] > 0);
  return hasWritten && usage.cache_creation === undefined;
}

/** The parts of two events of a stream: those of the later one, where it has them. */
export function laterParts(earlier: UsageParts | null, later: UsageParts | null): UsageParts | null {
  return earlier && later ? { ...earlier, ...later } : later ?? earlier;
}

/** The parts of two usages together. */
export function summedParts(a: UsageParts | null, b: UsageParts | null): UsageParts | null {
  if (!a || !b) return a ?? b;
  const sum = { ...a };
  for (const [part, count] of Object.entries(b) as [Part, number][]) sum[part] = (sum[part] ?? 0) + count;
  return sum;
}
