/** The cost of one usage by one tariff: exact sums, rounded once. */
import type { UnpricedReason } from "../core/pricing.ts";
import { MAX_USD_NANOS, type UsdNanos } from "../../shared/money/money.ts";
import type { UsageParts } from "../../shared/tokens.ts";
import type { TokenUsage } from "../../shared/usage.ts";
import { PARTS_PER_NANO, type Rates, type Tariff } from "./tariff.ts";

const HALF = PARTS_PER_NANO / 2n;

/** The cost, rounded half up to the nano-dollar, or why it is not known. */
export function chargeOf(tariff: Tariff, usage: TokenUsage, parts: UsageParts | null): UsdNanos | UnpricedReason {
  const parts_sum = parts === null ? plainSum(tariff, usage) : sumWithParts(tariff, usage, parts);
  if (typeof parts_sum === "string") return parts_sum;
  const nanos = (parts_sum + tariff.units.call + HALF) / PARTS_PER_NANO;
  return nanos > MAX_USD_NANOS ? "invalid_usage" : nanos as UsdNanos;
}

/** The rates for a call with so much input. */
function ratesFor({ rates, long }: Tariff, input_tokens: number): Rates {
  return long !== null && input_tokens > long.above ? long.rates : rates;
}

/** The sum for text alone: most calls. */
function plainSum(tariff: Tariff, usage: TokenUsage): bigint | UnpricedReason {
  const { input_tokens, cached_input_tokens, output_tokens } = usage;
  if (!isValid(usage)) return "invalid_usage";
  const { input, cached_input, output } = ratesFor(tariff, input_tokens);
  if (input === null && output === null) return "unknown_usage";
  if ((input === null && input_tokens > 0) || (output === null && output_tokens > 0)) return "unknown_unit";
  let sum = 0n;
  if (input !== null) sum = BigInt(input_tokens - cached_input_tokens) * input;
  if (cached_input_tokens > 0) sum += BigInt(cached_input_tokens) * cached_input!;
  if (output !== null) sum += BigInt(output_tokens) * output;
  return sum;
}

function isValid({ input_tokens, cached_input_tokens, output_tokens, reasoning_tokens }: TokenUsage): boolean {
  return isCount(input_tokens) && isCount(cached_input_tokens) && isCount(output_tokens) &&
    isCount(reasoning_tokens) && cached_input_tokens <= input_tokens && reasoning_tokens <= output_tokens;
}

function isCount(count: number): boolean {
  return Number.isSafeInteger(count) && count >= 0;
}

/** The tokens of each kind. They do not overlap, and their sum is that of input and output. */
function kindsOf(usage: TokenUsage, parts: UsageParts): Record<keyof Rates, number> | null {
  const { cache_write_tokens = 0, input_audio_tokens: audio = 0, input_image_tokens: image = 0 } = parts;
  const { output_audio_tokens = 0, output_image_tokens = 0, cache_write_1h_tokens = 0 } = parts;
  const text = usage.input_tokens - audio - image;
  let { cached_audio_tokens: cached_audio = 0, cached_image_tokens: cached_image = 0 } = parts;
  // Cached tokens that cannot be text, since there is less of it, are of the other kinds.
  let cached_text = usage.cached_input_tokens - cached_audio - cached_image;
  const to_audio = clamp(cached_text - text, audio - cached_audio);
  const to_image = clamp(cached_text - text - to_audio, image - cached_image);
  cached_audio += to_audio;
  cached_image += to_image;
  cached_text -= to_audio + to_image;
  const kinds = {
    input: text - cached_text - cache_write_tokens,
    cached_input: cached_text,
    cache_write: cache_write_tokens - cache_write_1h_tokens,
    cache_write_1h: cache_write_1h_tokens,
    output: usage.output_tokens - output_audio_tokens - output_image_tokens,
    input_audio: audio - cached_audio,
    cached_audio,
    output_audio: output_audio_tokens,
    input_image: image - cached_image,
    cached_image,
    output_image: output_image_tokens,
  };
  return Object.values(kinds).every(isCount) ? kinds : null;
}

function clamp(count: number, max: number): number {
  return Math.max(0, Math.min(count, max));
}

/** The sum for a usage with audio, images, cache writes or other units than tokens. */
function sumWithParts(tariff: Tariff, usage: TokenUsage, parts: UsageParts): bigint | UnpricedReason {
  const { audio_seconds = 0, images = 0, characters = 0 } = parts;
  const milliseconds = Math.round(audio_seconds * 1000);
  if (!isValid(usage) || ![milliseconds, images, characters].every(isCount)) return "invalid_usage";
  const { units } = tariff;
  const others = [[milliseconds, units.millisecond], [images, units.image], [characters, units.character]] as const;
  const charged = others.filter(([count, rate]) => count > 0 && rate !== null);
  const sum = charged.reduce((sum, [count, rate]) => sum + BigInt(count) * rate!, 0n);
  const hasTokens = usage.input_tokens > 0 || usage.output_tokens > 0;
  const { input, output } = tariff.rates;
  if (hasTokens && (input !== null || output !== null)) {
    const tokens = tokenSum(ratesFor(tariff, usage.input_tokens), usage, parts);
    return typeof tokens === "string" ? tokens : sum + tokens;
  }
  if (charged.length > 0) return sum;
  // Units without a price are known to cost something, so $0 would be wrong.
  if (others.some(([count]) => count > 0)) return "unknown_unit";
  return plainSum(tariff, usage);
}

function tokenSum(rates: Rates, usage: TokenUsage, parts: UsageParts): bigint | UnpricedReason {
  const kinds = kindsOf(usage, parts);
  if (kinds === null) return "invalid_usage";
  let sum = 0n;
  for (const [kind, count] of Object.entries(kinds) as [keyof Rates, number][]) {
    if (count === 0) continue;
    const rate = rates[kind];
    if (rate === null) return "unknown_unit";
    sum += BigInt(count) * rate;
  }
  return sum;
}

/** The most that so many tokens can cost, of whatever kind they are, rounded up; `null` without prices of tokens. */
export function mostOf(tariff: Tariff, input_tokens: number, output_tokens: number): UsdNanos | null {
  const rates = ratesFor(tariff, input_tokens);
  const input = dearest(rates.input, rates.cache_write, rates.cache_write_1h, rates.input_audio, rates.input_image);
  const output = dearest(rates.output, rates.output_audio, rates.output_image);
  if (input === null || (output === null && output_tokens > 0)) return null;
  if (!isCount(input_tokens) || !isCount(output_tokens)) return null;
  const sum = BigInt(input_tokens) * input + BigInt(output_tokens) * (output ?? 0n) + tariff.units.call;
  const nanos = (sum + PARTS_PER_NANO - 1n) / PARTS_PER_NANO;
  return (nanos > MAX_USD_NANOS ? MAX_USD_NANOS : nanos) as UsdNanos;
}

function dearest(...rates: (bigint | null)[]): bigint | null {
  return rates.reduce((most, rate) => rate !== null && (most === null || rate > most) ? rate : most, null);
}
