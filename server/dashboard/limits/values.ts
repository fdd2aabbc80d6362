/** The values that are typed in the form of limits: whole numbers, and amounts of dollars. */
import { AMOUNT_PATTERN } from "../../../shared/budgets/names.ts";

/** Whether a value is a limit, none, or left out. */
export function isLimit(limit: number | null | undefined): boolean {
  return limit === undefined || limit === null || (Number.isInteger(limit) && limit >= 1 && limit <= 999_999_999_999);
}

/** Whether a value is an amount of a budget, none, or left out. */
export function isAmount(amount: string | null | undefined): boolean {
  return amount === undefined || amount === null || AMOUNT_PATTERN.test(amount);
}

/**
 * Reads a typed number. Spaces, commas and points between groups of three digits are left out.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readLimit } from "./values.ts";
 *
 * assert.equal(readLimit("150,000"), 150_000);
 * assert.equal(readLimit("1.5"), NaN);
 * ```
 */
export function readLimit(text: string): number {
  const plain = text.trim();
  if (/^\d+$/.test(plain)) return Number(plain);
  return /^\d{1,3}([ ,.'\u00a0\u202f]\d{3})+$/.test(plain) ? Number(plain.replace(/\D/g, "")) : NaN;
}

/**
 * Reads a typed amount of dollars. A comma or a point before one, two or more than three last digits is the decimal point;
 * before exactly three it could also divide thousands, so such a text is no amount.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isAmount, readAmount } from "./values.ts";
 *
 * assert.equal(readAmount("$1,250.50"), "1250.50");
 * assert.equal(readAmount("0,05"), "0.05");
 * assert(!isAmount(readAmount("1,250")));
 * ```
 */
export function readAmount(text: string): string {
  const plain = text.replace(/^[\s$]+|\s+$/g, "").replaceAll(/[ '\u00a0\u202f]/g, "");
  const [, whole = "", , decimals] = /^(\d+|\d{1,3}(?:([,.])\d{3})*?)(?:[,.](\d{1,2}|\d{4,9}))?$/.exec(plain) ?? [];
  if (whole === "") return plain === "" ? "" : "?";
  const digits = whole.replaceAll(/\D/g, "");
  return decimals === undefined ? /^\d+$/.test(whole) ? digits : "?" : `${digits}.${decimals}`;
}

/** An amount without the zeros that the wire adds: `20.500000000` → `20.5`. */
export function plainAmount(amount: string): string {
  return amount.includes(".") ? amount.replace(/\.?0+$/, "") : amount;
}
