import { assertEquals } from "../../../tests/support/assert.ts";
import { sortedRows } from "./Table.tsx";

const ROWS = [{ name: "b", calls: 9 }, { name: "a", calls: 10 }, { name: "c", calls: 9 }];
const COLUMNS = [
  { id: "name", by: ({ name }: typeof ROWS[0]) => name },
  { id: "calls", by: ({ calls }: typeof ROWS[0]) => calls },
  { id: "plain" },
];
const order = (by: string) => sortedRows(ROWS, COLUMNS, by).map(({ name }) => name).join("");

Deno.test("rows are sorted by text or number, in both directions, and equal ones stay as they are", () => {
  assertEquals([order("name"), order("-name"), order("calls"), order("-calls")], ["abc", "cba", "bca", "abc"]);
});

Deno.test("money is sorted by its exact amount, and an unknown one is below all", () => {
  const costs = [10n ** 18n, -1n, 10n ** 18n + 1n, 9n].map((nanos) => ({ nanos }));
  const sorted = sortedRows(costs, [{ id: "cost", by: ({ nanos }) => nanos }], "cost");
  assertEquals(sorted.map(({ nanos }) => nanos), [-1n, 9n, 10n ** 18n, 10n ** 18n + 1n]);
});

Deno.test("an order that no column has leaves the rows as they are", () => {
  for (const by of ["", "-", "plain", "other"]) assertEquals(order(by), "bac", by);
});
