import * as fc from "fast-check";
import { assertEquals } from "../../tests/support/assert.ts";
import { type Hold, Holds } from "./holds.ts";

Deno.test("property: holds are counted, aged and ended as a plain list of them would be", () => {
  const step = fc.record({ do: fc.constantFrom("add", "end", "again", "age"), which: fc.nat(20), wait: fc.nat(40) });
  fc.assert(fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
    const holds = new Holds();
    const given: Hold[] = [];
    let open: { hold: Hold; recent: boolean }[] = [];
    let now_s = 1000;
    for (const { do: action, which, wait } of steps) {
      if (action === "add") {
        const hold = holds.add(now_s * 1000 + which, which);
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
      assertEquals([holds.count, holds.recent], [open.length, recent.length]);
      assertEquals(holds.recent_tokens, recent.reduce((sum, { tokens }) => sum + tokens, 0));
      assertEquals([...holds.recently()].map(({ at_ms }) => at_ms), recent.map(({ at_ms }) => at_ms));
    }
  }));
});
