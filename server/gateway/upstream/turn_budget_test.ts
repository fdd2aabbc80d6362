import { assertEquals } from "../../../tests/support/assert.ts";
import { TurnBudget } from "./turn_budget.ts";

function setUp() {
  let now = 0;
  const turns: (() => void)[] = [];
  const budget = new TurnBudget(() => now, (run) => turns.push(run));
  /** Runs a step that takes some milliseconds. */
  const run = (ms: number) => budget.run(() => void (now += ms));
  return { budget, run, turns, nextTurn: () => turns.shift()!() };
}

Deno.test("FAULT 64: steps share five milliseconds of a turn", () => {
  const { run, nextTurn } = setUp();
  assertEquals([run(2), run(2), run(1), run(0)], [false, false, true, true]);
  nextTurn();
  assertEquals([run(4), run(4)], [false, true]);
});

Deno.test("FAULT 64: those that have to wait go on one after the other, one in each turn", () => {
  const { budget, run, turns, nextTurn } = setUp();
  const resumed: string[] = [];
  run(9);
  for (const name of ["a", "b"]) budget.wait(() => resumed.push(name));
  assertEquals([resumed, turns.length], [[], 1]);
  nextTurn();
  assertEquals([resumed, turns.length], [["a"], 1]);
  nextTurn();
  assertEquals([resumed, turns.length], [["a", "b"], 0]);
  budget.wait(() => resumed.push("c"));
  nextTurn();
  assertEquals([resumed, turns.length], [["a", "b", "c"], 0]);
});

Deno.test("a step that throws counts, and its exception is the caller's", () => {
  const { budget, turns } = setUp();
  let caught = "";
  try {
    budget.run(() => {
      throw new Error("defect");
    });
  } catch (error) {
    caught = String(error);
  }
  assertEquals([caught, turns.length], ["Error: defect", 1]);
});
