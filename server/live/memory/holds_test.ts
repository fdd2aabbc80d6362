import * as fc from "fast-check";
import { assertEquals } from "../../../tests/support/assert.ts";
import { Counter, CounterPages, FLOAT, WORD } from "./counter_page.ts";
import { type CountedHold, Holds } from "./holds.ts";

Deno.test("property: both counters of a hold equal those computed from a list of all holds", () => {
  const step = fc.record({ do: fc.constantFrom("add", "end", "again", "age"), which: fc.nat(20), wait: fc.nat(40) });
  fc.assert(fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
    const pages = new CounterPages();
    const [model, workspace, other] = [0, 1, 2].map(() => Object.assign(new Counter(pages.empty, 0), { former: null }));
    for (const counter of [workspace, model, other]) pages.allot(counter);
    const holds = new Holds();
    const given: CountedHold[] = [];
    let open: { hold: CountedHold; recent: boolean }[] = [];
    let now_s = 1000;
    for (const { do: action, which, wait } of steps) {
      if (action === "add") {
        const hold = holds.add(workspace, which % 2 === 0 ? model : null, now_s * 1000 + which, which);
        // Holds of another counter are in the same list, and do not change this counter.
        holds.add(other, null, now_s * 1000 + which, 7);
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
      for (const counter of [workspace, model]) {
        const own = open.filter(({ hold }) => counter === workspace || hold.model === model);
        const recent = own.filter((one) => one.recent).map((one) => one.hold);
        const { page: { words, floats }, at } = counter;
        const held = words[at + WORD.held_requests];
        assertEquals([held, held + words[at + WORD.aged]], [recent.length, own.length]);
        assertEquals(floats[at / 2 + FLOAT.held_tokens], recent.reduce((sum, { tokens }) => sum + tokens, 0));
        assertEquals([...holds.recent(counter)].map(({ at_ms }) => at_ms), recent.map(({ at_ms }) => at_ms));
      }
    }
  }));
});
