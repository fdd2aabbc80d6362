import fc from "fast-check";
import { assertEquals } from "../../../tests/support/assert.ts";
import { type Kept, NewestRows } from "./newest_rows.ts";

type Row = { id: string; isOld: boolean };
const MAX = 5;

const steps = fc.array(fc.oneof(
  { weight: 8, arbitrary: fc.record({ isOld: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant("delete old rows" as const) },
));

Deno.test("the newest rows are those of a plain list, whatever is added and deleted", () => {
  fc.assert(fc.property(steps, (steps) => {
    const rows = new NewestRows<Row>(MAX);
    let list: Kept<Row>[] = [];
    for (const [seq, step] of steps.entries()) {
      if (step === "delete old rows") {
        assertEquals(rows.delete(({ isOld }) => isOld), list.filter(({ row }) => row.isOld).length);
        list = list.filter(({ row }) => !row.isOld);
      } else {
        const kept = { seq, row: { id: `${seq}`, ...step } };
        list.push(kept);
        assertEquals(rows.add(kept), list.length > MAX ? list.shift()!.row : null);
      }
      assertEquals(rows.values(), list);
      for (let id = 0; id <= seq; id++) {
        const kept = list.find(({ row }) => row.id === `${id}`);
        assertEquals([rows.has(`${id}`), rows.get(`${id}`)], [kept !== undefined, kept]);
      }
    }
  }));
});
