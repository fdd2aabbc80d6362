import fc from "fast-check";
import { assertEquals, assertThrows } from "../../tests/support/assert.ts";
import {
  addUsd,
  compareUsd,
  drawnUsd,
  formatUsd,
  MAX_USD_NANOS,
  maxUsd,
  minUsd,
  parseUsd,
  percentageUsd,
  sumUsd,
  timesUsd,
  USD_PATTERN,
  type UsdNanos,
  usdNanos,
  ZERO_USD,
} from "./money.ts";

const amount = fc.bigInt({ min: 0n, max: MAX_USD_NANOS }).map((nanos) => usdNanos(nanos));
const signed = fc.bigInt({ min: -MAX_USD_NANOS, max: MAX_USD_NANOS }).map((nanos) => usdNanos(nanos));
const small = fc.bigInt({ min: 0n, max: 10n ** 15n }).map((nanos) => usdNanos(nanos));

Deno.test("an amount is the same after it was written and read", () => {
  fc.assert(fc.property(signed, (nanos) => assertEquals(parseUsd(formatUsd(nanos)), nanos)));
  fc.assert(fc.property(amount, (nanos) => assertEquals(USD_PATTERN.test(formatUsd(nanos)), true)));
});

Deno.test("a decimal string is read digit by digit, whatever zeros end it", () => {
  const digits = fc.record({ whole: fc.nat(), decimals: fc.nat({ max: 999_999_999 }) });
  fc.assert(fc.property(digits, ({ whole, decimals }) => {
    const text = `${whole}.${String(decimals).padStart(9, "0")}`;
    const expected = BigInt(whole) * 1_000_000_000n + BigInt(decimals);
    assertEquals(parseUsd(text), expected as UsdNanos);
    assertEquals(parseUsd(text.replace(/\.?0+$/, "") || "0"), parseUsd(text.replace(/\.?0+$/, "").padEnd(1, "0")));
  }));
  assertEquals(["20", "20.0", "20.000000000"].map(parseUsd), Array(3).fill(20_000_000_000n));
});

Deno.test("a text that is no exact amount is not read", () => {
  const texts = ["", "-", ".5", "5.", "1e3", "0x10", "1,000", " 1", "1 ", "+1", "NaN", "Infinity", "0.0000000001"];
  assertEquals(texts.map(parseUsd), texts.map(() => null));
  assertEquals(parseUsd("9223372036.854775807"), MAX_USD_NANOS);
  assertEquals([parseUsd("9223372036.854775808"), parseUsd("99999999999")], [null, null]);
});

Deno.test("100,000 calls at $0.00075 are exactly $75", () => {
  const price = parseUsd("0.00075")!;
  assertEquals(formatUsd(timesUsd(price, 100_000)), "75.000000000");
  assertEquals(formatUsd(sumUsd(Array(100_000).fill(price))), "75.000000000");
});

Deno.test("a sum has no order and no groups", () => {
  fc.assert(fc.property(fc.array(small), fc.array(small), (a, b) => {
    assertEquals(sumUsd([...a, ...b]), sumUsd([...b, ...a]));
    assertEquals(addUsd(sumUsd(a), sumUsd(b)), sumUsd([...a, ...b]));
  }));
});

Deno.test("sums and products stop at the largest amount that the ledger holds", () => {
  const one = usdNanos(1n);
  assertEquals([addUsd(MAX_USD_NANOS, one), timesUsd(MAX_USD_NANOS, 2)], [MAX_USD_NANOS, MAX_USD_NANOS]);
  assertThrows(() => usdNanos(MAX_USD_NANOS + 1n), RangeError, "at most");
});

Deno.test("the smaller, the larger and the order of amounts agree", () => {
  fc.assert(fc.property(signed, signed, (a, b) => {
    assertEquals([minUsd(a, b), maxUsd(a, b)], [a, b].sort(compareUsd) as [UsdNanos, UsdNanos]);
  }));
});

Deno.test("a meter shows 100 only when nothing remains", () => {
  const limit = parseUsd("1")!;
  assertEquals(percentageUsd(parseUsd("0.999999999")!, limit), 99.9);
  assertEquals(percentageUsd(limit, limit), 100);
  assertEquals(percentageUsd(parseUsd("2.5")!, limit), 250);
  assertEquals(percentageUsd(ZERO_USD, ZERO_USD), 100);
});

Deno.test("a currency format shows the decimal string without rounding it to a double", () => {
  const format = new Intl.NumberFormat("en", { style: "currency", currency: "USD", maximumFractionDigits: 9 });
  assertEquals(format.format("9007199254.740993001" as Intl.StringNumericLiteral), "$9,007,199,254.740993001");
});

Deno.test("a drawing has the place of an amount, not the amount", () => {
  assertEquals(["0", "0.0005837", "20"].map((text) => drawnUsd(parseUsd(text)!)), [0, 0.0005837, 20]);
});
