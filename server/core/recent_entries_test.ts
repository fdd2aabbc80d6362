import fc from "fast-check";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { RecentEntries } from "./recent_entries.ts";

Deno.test("property: the newest entries are remembered with their last values, and at most twice as many", () => {
  const key = fc.nat(20);
  fc.assert(fc.property(fc.array(key, { maxLength: 100 }), fc.integer({ min: 1, max: 8 }), (keys, least) => {
    const recent = new RecentEntries<number, number>(least);
    keys.forEach((key, place) => recent.set(key, place));
    const newest = [...new Set(keys.toReversed())];
    for (const key of newest.slice(0, least)) assertEquals(recent.get(key), keys.lastIndexOf(key));
    for (const key of newest.slice(2 * least)) assertEquals(recent.get(key), undefined);
    recent.clear();
    assert(newest.every((key) => recent.get(key) === undefined));
  }));
});
