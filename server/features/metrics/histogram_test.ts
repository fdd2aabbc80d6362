import fc from "fast-check";
import { assertEquals } from "../../../tests/support/assert.ts";
import { Histogram } from "./histogram.ts";

const BOUNDS = [0.1, 0.5, 2];

Deno.test("each bucket has the values up to its bound, the bound included", () => {
  fc.assert(fc.property(fc.array(fc.constantFrom(0, 0.05, 0.1, 0.3, 0.5, 1, 2, 2.5, 100)), (values) => {
    const histogram = new Histogram(BOUNDS);
    for (const value of values) histogram.observe(value);
    const upTo = (bound: number) => values.filter((value) => value <= bound).length;
    const buckets = histogram.samples().filter(({ suffix }) => suffix === "_bucket");
    assertEquals(buckets.map(({ labels, value }) => [labels?.le, value]), [
      ["0.1", upTo(0.1)],
      ["0.5", upTo(0.5)],
      ["2", upTo(2)],
      ["+Inf", values.length],
    ]);
  }));
});

Deno.test("sum and count have the labels of the histogram and no bound", () => {
  const histogram = new Histogram(BOUNDS);
  for (const value of [0.25, 3]) histogram.observe(value);
  assertEquals(histogram.samples({ model: "o5" }).slice(-2), [
    { suffix: "_sum", labels: { model: "o5" }, value: 3.25 },
    { suffix: "_count", labels: { model: "o5" }, value: 2 },
  ]);
});
