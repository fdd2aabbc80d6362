/** Money as a reader sees it, from the exact decimal string of the wire. */
import { currentLocale } from "../../../shared/words/say.ts";

const CENTS = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
/** Below ten cents, two digits that count. */
const SMALL = { minimumSignificantDigits: 2, maximumSignificantDigits: 2 };

/**
 * An amount of dollars in the language in use.
 *
 * @param amount a decimal string, as the service sends it.
 * @param roundingMode `ceil` for what was spent, `floor` for what was spent at least.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { usdText } from "./usd_text.ts";
 *
 * assert.equal(usdText("1234.567000000"), "$1,234.57");
 * assert.equal(usdText("1234.567000000", "floor"), "$1,234.56");
 * assert.equal(usdText("0.000583700"), "$0.00059");
 * assert.equal(usdText("0.000000000"), "$0.00");
 * ```
 */
export function usdText(amount: string, roundingMode: "ceil" | "floor" = "ceil"): string {
  const isSmall = /^-?0\.0\d*[1-9]/.test(amount);
  // `Intl` reads a decimal string exactly, which TypeScript's library does not know for every string.
  return formatOf({ ...isSmall ? SMALL : CENTS, roundingMode }).format(amount as Intl.StringNumericLiteral);
}

/** A round value on the axis of a drawing. */
export function usdAxisText(value: number): string {
  const isWhole = value >= 10 || value === 0;
  return formatOf({ minimumFractionDigits: isWhole ? 0 : 2, maximumFractionDigits: isWhole ? 2 : 6 }).format(value);
}

function formatOf(digits: Intl.NumberFormatOptions): Intl.NumberFormat {
  const currency = { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" } as const;
  return new Intl.NumberFormat(currentLocale().tag, { ...currency, ...digits });
}
