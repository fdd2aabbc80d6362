import fc from "fast-check";
import { assertEquals } from "../../tests/support/assert.ts";
import { IndexedSet } from "./indexed_set.ts";

Deno.test("property: an IndexedSet has the members that a Set has after the same changes", () => {
  const step = fc.record({ at: fc.nat(7), change: fc.constantFrom("add", "delete", "clear") });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const objects = Array.from({ length: 8 }, (_, name) => ({ name, index: -1 }));
    const indexed = new IndexedSet<typeof objects[number]>();
    const set = new Set<typeof objects[number]>();
    for (const { at, change } of steps) {
      if (change === "clear" && at > 0) continue;
      if (change === "clear") indexed.clear(), set.clear();
      else indexed[change as "add" | "delete"](objects[at]), set[change as "add" | "delete"](objects[at]);
      const names = (all: Iterable<{ name: number }>) => [...all].map(({ name }) => name).sort();
      assertEquals(names(indexed.members()), names(set));
      assertEquals(indexed.size, set.size);
      assertEquals(objects.filter(({ index }) => index >= 0).length, set.size);
    }
  }));
});
