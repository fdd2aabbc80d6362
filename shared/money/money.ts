/**
 * Money: whole nano-dollars as bigints in code and in the ledger, decimal strings on the wire. A double is exact in
 * neither place, so the type has a brand and `tests/architecture/money_test.ts` refuses numbers under names of money.
 *
 * No schema library here: the service loads this file at its start.
 */
declare const brand: unique symbol;

/** An amount in nano-dollars: 1,000,000,000 are $1. */
export type UsdNanos = bigint & { readonly [brand]: "UsdNanos" };

const DIGITS = 9;

/** The largest amount: that of an SQLite integer, $9,223,372,036.85. */
export const MAX_USD_NANOS = (2n ** 63n - 1n) as UsdNanos;

/** Nothing to pay, which differs from an unknown amount: that is `null`. */
export const ZERO_USD = 0n as UsdNanos;

/** The form of an amount on the wire, of at most {@link MAX_USD_NANOS}. */
export const USD_PATTERN = /^(?:0|[1-9]\d{0,9})(?:\.\d{1,9})?$/;

/** The pattern in words. */
export const USD_RULE = 'dollars as a decimal string with at most nine decimals, such as "0.0005837"';

const AMOUNT = /^(-?)(\d{1,10})(?:\.(\d{1,9}))?$/;

/**
 * Counts a whole number of nano-dollars as money.
 *
 * @throws {RangeError} for more than the ledger can hold.
 */
export function usdNanos(nanos: bigint): UsdNanos {
  if (nanos > MAX_USD_NANOS || nanos < -MAX_USD_NANOS) {
    throw new RangeError(`Cannot hold ${nanos} nano-dollars: at most ${MAX_USD_NANOS}`);
  }
  return nanos as UsdNanos;
}

/**
 * Reads a decimal string of dollars exactly.
 *
 * @returns `null` for another text: an exponent, a sign in front of nothing, more than nine decimals, too large an amount.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatUsd, parseUsd, timesUsd } from "./money.ts";
 *
 * const price = parseUsd("0.00075")!;
 * assert.equal(price, 750_000n);
 * assert.equal(formatUsd(timesUsd(price, 100_000)), "75.000000000");
 * assert.equal(parseUsd("7.5e-4"), null);
 * ```
 */
export function parseUsd(text: string): UsdNanos | null {
  const match = AMOUNT.exec(text);
  if (!match) return null;
  const [, sign, whole, fraction = ""] = match;
  const nanos = BigInt(whole + fraction.padEnd(DIGITS, "0"));
  return nanos > MAX_USD_NANOS ? null : (sign === "-" ? -nanos : nanos) as UsdNanos;
}

/** The decimal string of an amount in dollars, with nine decimals. `Intl.NumberFormat` accepts it without rounding it. */
export function formatUsd(amount: UsdNanos): string {
  const digits = `${amount < 0n ? -amount : amount}`.padStart(DIGITS + 1, "0");
  return `${amount < 0n ? "-" : ""}${digits.slice(0, -DIGITS)}.${digits.slice(-DIGITS)}`;
}

/** The sum of amounts. Stops at {@link MAX_USD_NANOS}: an absurd report must not make a sum unreadable. */
export function sumUsd(amounts: Iterable<UsdNanos>): UsdNanos {
  let sum = ZERO_USD;
  for (const amount of amounts) sum = addUsd(sum, amount);
  return sum;
}

/** The sum of two amounts, up to {@link MAX_USD_NANOS}. */
export function addUsd(a: UsdNanos, b: UsdNanos): UsdNanos {
  const sum = a + b;
  return (sum > MAX_USD_NANOS ? MAX_USD_NANOS : sum) as UsdNanos;
}

/** What several units cost together, up to {@link MAX_USD_NANOS}. */
export function timesUsd(amount: UsdNanos, count: number): UsdNanos {
  const product = amount * BigInt(count);
  return (product > MAX_USD_NANOS ? MAX_USD_NANOS : product) as UsdNanos;
}

/** The smaller amount. */
export function minUsd(a: UsdNanos, b: UsdNanos): UsdNanos {
  return a < b ? a : b;
}

/** The larger amount. */
export function maxUsd(a: UsdNanos, b: UsdNanos): UsdNanos {
  return a > b ? a : b;
}

/** Orders amounts, the smallest first: for `sort`. */
export function compareUsd(a: UsdNanos, b: UsdNanos): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The share of an amount in another one, in percent with one decimal: for meters. Rounded down, so that 100 means that
 * nothing remains.
 *
 * @returns 100 for a share of nothing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseUsd, percentageUsd } from "./money.ts";
 *
 * assert.equal(percentageUsd(parseUsd("19.999")!, parseUsd("20")!), 99.9);
 * ```
 */
export function percentageUsd(part: UsdNanos, whole: UsdNanos): number {
  return whole <= 0n ? 100 : Number(part * 1000n / whole) / 10;
}

/** An amount in dollars as a double: for its place in a drawing alone. It is not exact, so nothing is computed from it. */
export function drawnUsd(amount: UsdNanos): number {
  return Number(amount) / 10 ** DIGITS;
}
