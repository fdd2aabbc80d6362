import fc from "fast-check";
import { AMOUNT_PATTERN } from "../../../shared/budgets/names.ts";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { isAmount, isLimit, plainAmount, readAmount, readLimit } from "./values.ts";

Deno.test("numbers are read as people write them; other texts are not limits", () => {
  assertEquals(["300", " 1 500 ", "1.000.000", "10'000"].map(readLimit), [300, 1500, 1_000_000, 10_000]);
  for (const text of ["", "0", "-1", "1.5", "1e3", "12,34", "1000000000000"]) {
    assert(!isLimit(readLimit(text)), text);
  }
  for (const limit of [undefined, null, 1, 999_999_999_999]) assert(isLimit(limit), String(limit));
});

Deno.test("amounts are read as people write them; what could mean two amounts is none", () => {
  const said = ["20", "$20", " 0.05 ", "0,05", "1,250.50", "1.250,50", "1 250", "1'250.5", "0.000000001", "1.23456"];
  const read = ["20", "20", "0.05", "0.05", "1250.50", "1250.50", "1250", "1250.5", "0.000000001", "1.23456"];
  assertEquals(said.map(readAmount), read);
  for (const text of ["", "0", "0.00", "-1", "1,250", "1.250", "1e3", "20 EUR", "1,2,3", "1234567890", "€5"]) {
    assert(!isAmount(readAmount(text)), text);
  }
  for (const amount of [undefined, null, "5"]) assert(isAmount(amount), String(amount));
});

Deno.test("property: an amount on the wire is read as itself, and any text gives an amount or a fault", () => {
  fc.assert(fc.property(fc.bigInt({ min: 1n, max: 10n ** 17n }), (nanos) => {
    const text = `${nanos / 10n ** 9n}.${(nanos % 10n ** 9n).toString().padStart(9, "0")}`;
    assertEquals(readAmount(text), text);
    assert(AMOUNT_PATTERN.test(readAmount(text)));
  }));
  fc.assert(fc.property(fc.string(), (text) => void isAmount(readAmount(text))));
});

Deno.test("an amount of the wire is shown without the zeros at its end", () => {
  const amounts = ["20.000000000", "20.500000000", "0.000000001", "20", "100", ""];
  assertEquals(amounts.map(plainAmount), ["20", "20.5", "0.000000001", "20", "100", ""]);
});
