import * as fc from "fast-check";
import { assertEquals } from "../../../tests/support/assert.ts";
import { counterPage, FLOAT, SLOT_WORDS, WORD } from "./counter_page.ts";
import { type Hold, Holds } from "./holds.ts";

Deno.test("property: holds are counted, aged and ended as a plain list of them would be", () => {
  const step = fc.record({ do: fc.constantFrom("add", "end", "again", "age"), which: fc.nat(20), wait: fc.nat(40) });
  fc.assert(fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
    const [holds, page, at] = [new Holds(), counterPage(2), SLOT_WORDS];
    const given: Hold[] = [];
    let open: { hold: Hold; recent: boolean }[] = [];
    let now_s = 1000;
    for (const { do: action, which, wait } of steps) {
      if (action === "add") {
        const hold = holds.add(page, at, now_s * 1000 + which, which);
        // Another slot's are in the same list, and in nobody else's numbers.
        holds.add(page, 0, now_s * 1000 + which, 7);
        given.push(hold);
        open.push({ hold, recent: true });
      } else if (action === "age") {
        now_s += wait;
        holds.age(now_s - 61);
        for (const one of open) one.recent &&= Math.floor(one.hold.at_ms / 1000) > now_s - 61;
      } else if (given.length > 0) {
        const hold = action === "again" ? given[0] : given[which % given.length];
        assertEquals(holds.end(hold), open.some((one) => one.hold === hold));
        open = open.filter((one) => one.hold !== hold);
      }
      const recent = open.filter((one) => one.recent).map((one) => one.hold);
      const held = page.words[at + WORD.held_requests];
      assertEquals([held, held + page.words[at + WORD.aged]], [recent.length, open.length]);
      assertEquals(page.floats[at / 2 + FLOAT.held_tokens], recent.reduce((sum, { tokens }) => sum + tokens, 0));
      assertEquals([...holds.recently(page, at)].map(({ at_ms }) => at_ms), recent.map(({ at_ms }) => at_ms));
    }
  }));
});
