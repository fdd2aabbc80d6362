/** The grammar of numbers in JSON, a byte at a time. */

/** Where a number is, by what may follow. */
export const enum Digits {
  minus,
  zero,
  whole,
  point,
  fraction,
  exponent,
  exponentSign,
  power,
}

/** Where a number may end. */
export const COMPLETE = new Set([Digits.zero, Digits.whole, Digits.fraction, Digits.power]);

/** By {@link Digits}. No digit follows a leading zero. */
const AFTER_DIGIT: readonly (Digits | null)[] = [
  Digits.whole,
  null,
  Digits.whole,
  Digits.fraction,
  Digits.fraction,
  Digits.power,
  Digits.power,
  Digits.power,
];

/** Where a number is after one more byte; `null` when the byte is not part of it. */
export function nextDigits(digits: Digits, byte: number): Digits | null {
  if (isDigit(byte)) return digits === Digits.minus && byte === 0x30 ? Digits.zero : AFTER_DIGIT[digits];
  if (byte === 0x2e) return digits === Digits.zero || digits === Digits.whole ? Digits.point : null;
  if (byte === 0x65 || byte === 0x45) return COMPLETE.has(digits) && digits !== Digits.power ? Digits.exponent : null;
  return (byte === 0x2b || byte === 0x2d) && digits === Digits.exponent ? Digits.exponentSign : null;
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
