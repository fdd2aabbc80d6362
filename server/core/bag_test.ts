import fc from "fast-check";
import { assertEquals } from "../../tests/support/assert.ts";
import { Bag } from "./bag.ts";

Deno.test("a bag holds what a set would, whatever is put in and taken out", () => {
  const step = fc.record({ at: fc.nat(7), what: fc.constantFrom("add", "delete", "clear") });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const things = Array.from({ length: 8 }, (_, name) => ({ name, place: -1 }));
    const bag = new Bag<typeof things[number]>();
    const set = new Set<typeof things[number]>();
    for (const { at, what } of steps) {
      if (what === "clear" && at > 0) continue;
      if (what === "clear") bag.clear(), set.clear();
      else bag[what as "add" | "delete"](things[at]), set[what as "add" | "delete"](things[at]);
      const names = (all: Iterable<{ name: number }>) => [...all].map(({ name }) => name).sort();
      assertEquals(names(bag.members()), names(set));
      assertEquals(bag.size, set.size);
      assertEquals(things.filter(({ place }) => place >= 0).length, set.size);
    }
  }));
});
