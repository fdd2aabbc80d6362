import fc from "fast-check";
import { assertEquals } from "../../../tests/support/assert.ts";
import { MinHeap } from "./min_heap.ts";

Deno.test("property: pop always returns the smallest number", () => {
  const steps = fc.array(fc.option(fc.integer({ min: -5, max: 5 }), { nil: null }), { maxLength: 60 });
  fc.assert(fc.property(steps, (steps) => {
    const heap = new MinHeap();
    const model: number[] = [];
    for (const step of steps) {
      if (step === null) assertEquals(heap.pop(), model.shift());
      else heap.push(step), model.push(step), model.sort((a, b) => a - b);
    }
    for (const value of model) assertEquals(heap.pop(), value);
    assertEquals(heap.pop(), undefined);
  }));
});
