/** Money in English sentences: refusals, causes, the log. */
import { formatUsd, type UsdNanos } from "../../../shared/money/money.ts";

/**
 * An amount for a reader, rounded down: cents from a dollar on, below it up to six decimals.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseUsd } from "../../../shared/money/money.ts";
 * import { usdText } from "./usd_text.ts";
 *
 * assert.equal(usdText(parseUsd("5.135")!), "$5.13");
 * assert.equal(usdText(parseUsd("0.0005837")!), "$0.000583");
 * assert.equal(usdText(parseUsd("0.2")!), "$0.20");
 * ```
 */
export function usdText(amount: UsdNanos): string {
  const [dollars, decimals] = formatUsd(amount).split(".");
  if (dollars !== "0") return `$${dollars}.${decimals.slice(0, 2)}`;
  return `$0.${decimals.slice(0, 6).replace(/0{1,4}$/, "")}`;
}
