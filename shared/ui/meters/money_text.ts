/** Exact amounts of dollars as text. They come as decimal strings and are added as bigints: a double is not exact. */
import { currentLocale } from "../../words/say.ts";

const DIGITS = 9;

/** Nano-dollars of an amount on the wire, which the schema has checked. */
export function nanosOf(usd: string): bigint {
  const [whole, fraction = ""] = usd.split(".");
  return BigInt(whole + fraction.padEnd(DIGITS, "0"));
}

/**
 * An amount in the language in use, rounded in the direction that is not comfortable.
 *
 * @param nanos not negative.
 * @param roundingMode `ceil` for what is spent, `floor` for what is left.
 * @param limit the budget's: it decides how many decimals its line has.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { moneyText, nanosOf } from "./money_text.ts";
 *
 * const limit = nanosOf("20");
 * assert.equal(moneyText(nanosOf("12.401000001"), "ceil", limit), "$12.41");
 * assert.equal(moneyText(nanosOf("7.598999999"), "floor", limit), "$7.59");
 * assert.equal(moneyText(nanosOf("0.01231"), "ceil", nanosOf("0.05")), "$0.0124");
 * ```
 */
export function moneyText(nanos: bigint, roundingMode: "ceil" | "floor", limit: bigint): string {
  const form = {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    maximumFractionDigits: limit < 1e9 ? 4 : 2,
    roundingMode,
  } as const;
  // As a string it is read exactly.
  return new Intl.NumberFormat(currentLocale().tag, form).format(`${nanos}e-9` as `${number}`);
}
