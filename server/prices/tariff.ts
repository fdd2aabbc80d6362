/** Prices as whole numbers: the decimal strings of a price list become rates that multiply counts without rounding. */
import type { PriceSpec } from "../../shared/money/prices_schema.ts";

/**
 * The decimals of a dollar amount that a rate keeps: nine of the amount, four of a discount in percent, one of a half, and
 * one to spare.
 */
const DECIMALS = 15;

/**
 * Parts of a nano-dollar in the sum of a call. A rate counts 1/(3 × 10^12) nano-dollars for one token, one millisecond or
 * one image; the 3 makes a minute's price divisible by its 60,000 milliseconds.
 */
export const PARTS_PER_NANO = 3n * 10n ** 12n;

const PER_MILLION = 3n;
const PER_MINUTE = 3n * 10n ** 6n / 60_000n;
const PER_PIECE = 3n * 10n ** 6n;

/** What one of each unit costs. `null` where the model has no price for that unit. */
export interface Rates {
  input: bigint | null;
  cached_input: bigint | null;
  cache_write: bigint | null;
  cache_write_1h: bigint | null;
  output: bigint | null;
  input_audio: bigint | null;
  cached_audio: bigint | null;
  output_audio: bigint | null;
  input_image: bigint | null;
  cached_image: bigint | null;
  output_image: bigint | null;
}

/** What other units cost. */
interface UnitRates {
  millisecond: bigint | null;
  image: bigint | null;
  character: bigint | null;
  call: bigint;
}

/** All rates of a model in one tier on one day. */
export interface Tariff {
  rates: Rates;
  /** The rates of the whole call, if it has more input tokens than `above`. */
  long: { above: number; rates: Rates } | null;
  units: UnitRates;
}

/** The amount in units of 10^-15 dollars. */
function parse(amount: string): bigint {
  const [whole, fraction = ""] = amount.split(".");
  if (fraction.length > DECIMALS) throw new RangeError(`Cannot keep ${amount}: at most ${DECIMALS} decimals`);
  return BigInt(whole + fraction.padEnd(DECIMALS, "0"));
}

/** The decimal string of a rate, in dollars for a million. */
export function perMillion(rate: bigint): string {
  const digits = `${rate / PER_MILLION}`.padStart(DECIMALS + 1, "0");
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, "");
  return digits.slice(0, -DECIMALS) + (fraction && `.${fraction}`);
}

/** The decimal string of a rate, in dollars for a minute. */
export const perMinute = (rate: bigint): string => perMillion(rate / PER_MINUTE * PER_MILLION);

/** The decimal string of a rate, in dollars for an image or a call. */
export const perPiece = (rate: bigint): string => perMillion(rate / PER_PIECE * PER_MILLION);

/** The tariff of a price list's entry. */
export function tariffOf(spec: PriceSpec): Tariff {
  const { per_million = {}, long_context, per_minute, per_image, per_call } = spec;
  const of = (amount: string | undefined, times: bigint) => amount === undefined ? null : parse(amount) * times;
  return {
    rates: ratesOf(per_million),
    long: long_context ? { above: long_context.above, rates: ratesOf(long_context.per_million) } : null,
    units: {
      millisecond: of(per_minute, PER_MINUTE),
      image: of(per_image, PER_PIECE),
      character: of(per_million.characters, PER_MILLION),
      call: of(per_call, PER_PIECE) ?? 0n,
    },
  };
}

/**
 * Cached input without a price of its own has no discount; images without one are billed as text. Audio never is. A write
 * that is cached for an hour is dearer than one for five minutes (2 and 1.25 times the input, in the library's prices of
 * Anthropic's models), so the price of the one is not taken for the other.
 */
function ratesOf(prices: NonNullable<PriceSpec["per_million"]>): Rates {
  const rate = (amount: string | undefined) => amount === undefined ? null : parse(amount) * PER_MILLION;
  const input = rate(prices.input);
  const cached_input = rate(prices.cached_input) ?? input;
  const cache_write = rate(prices.cache_write) ?? input;
  const output = rate(prices.output);
  const input_audio = rate(prices.input_audio);
  const input_image = rate(prices.input_image);
  return {
    input,
    cached_input,
    cache_write,
    cache_write_1h: rate(prices.cache_write_1h) ?? (prices.cache_write === undefined ? input : null),
    output,
    input_audio,
    cached_audio: rate(prices.cached_audio) ?? input_audio,
    output_audio: rate(prices.output_audio),
    input_image: input_image ?? input,
    cached_image: rate(prices.cached_image) ?? input_image ?? cached_input,
    output_image: rate(prices.output_image) ?? output,
  };
}

/** A multiple, such as 1.75 or 0.9, as a fraction. */
interface Multiple {
  times: bigint;
  of: bigint;
}

/** The multiple in a decimal string. */
export function multipleOf(text: string): Multiple {
  return { times: parse(text), of: 10n ** BigInt(DECIMALS) };
}

/** The part of a price that remains after a discount in percent. */
export function afterDiscount(percent: string): Multiple {
  const whole = 10n ** BigInt(DECIMALS) * 100n;
  return { times: whole - parse(percent), of: whole };
}

/** A tariff with every rate multiplied. */
export function multiply({ rates, long, units }: Tariff, by: Multiple): Tariff {
  return {
    rates: scaled(rates, by),
    long: long && { above: long.above, rates: scaled(long.rates, by) },
    units: scaled(units, by),
  };
}

function scaled<T extends Rates | UnitRates>(rates: T, { times, of }: Multiple): T {
  const one = (rate: bigint | null) => rate === null ? null : rate * times / of;
  return Object.fromEntries(Object.entries(rates).map(([unit, rate]) => [unit, one(rate)])) as unknown as T;
}
