/** Reads counts in objects of unknown shape. */
import { fieldsOf, isObject } from "../json.ts";

type Fields = Record<string, unknown>;

/** Higher counts are invalid: the largest context is a thousandth of this. */
const MAX_TOKENS = 2 ** 31;

/** An object without fields. */
export const NO_FIELDS: Fields = {};

/** Whether a value is a count as it stands. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < MAX_TOKENS;
}

/** A count, also as a text of digits (`12`, `12.0`); `null` for any other value. */
export function countOf(value: unknown): number | null {
  const number = typeof value === "string" && DIGITS.test(value) ? Number(value) : value;
  return isCount(number) ? number : null;
}

const DIGITS = /^\s{0,9}\d{1,10}(?:\.0{1,9})?\s{0,9}$/;

/** Some providers report zero under the names that they do not use, so a positive count wins. */
export function firstCount(fields: Fields, names: readonly string[]): number | null {
  let found: number | null = null;
  for (const name of names) {
    const read = countOf(fields[name]);
    if (read) return read;
    found ??= read;
  }
  return found;
}

/** Whether all counts that are given under these names are invalid. */
export function isInvalid(fields: Fields, names: readonly string[]): boolean {
  let isGiven = false;
  for (const name of names) {
    const value = fields[name];
    if (value === undefined || value === null) continue;
    if (countOf(value) !== null) return false;
    isGiven = true;
  }
  return isGiven;
}

/** The fields of the first of these members that is an object. */
export function firstObject(fields: Fields, names: readonly string[]): Fields {
  for (const name of names) if (isObject(fields[name])) return fieldsOf(fields[name]);
  return NO_FIELDS;
}
