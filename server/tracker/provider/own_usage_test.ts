import * as fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { OwnUsage } from "./own_usage.ts";

const partsOf = (usage: OwnUsage, at_ms: number) => Object.fromEntries(usage.parts(at_ms));

Deno.test("the refill lowers the parts of the workspaces by their shares", () => {
  const usage = new OwnUsage(0, 0, 0.01);
  usage.add(30, 0, "acme");
  usage.add(10, 0, "blue");
  assertEquals([usage.level(2000), partsOf(usage, 2000)], [20, { acme: 15, blue: 5 }]);
  usage.add(10, 2000, "blue");
  assertEquals([usage.level(2000), partsOf(usage, 2000)], [30, { acme: 15, blue: 15 }]);
  assertEquals([usage.level(60_000), partsOf(usage, 60_000)], [0, { acme: 0, blue: 0 }]);
  usage.add(1, 60_000, "cyan");
  assertEquals(partsOf(usage, 60_000), { cyan: 1 });
});

Deno.test("use that is taken back leaves no part, and what was there at the first report belongs to no workspace", () => {
  const usage = new OwnUsage(40, 0, 0.01);
  usage.add(5, 0, "acme");
  usage.add(-5, 0, "acme");
  assertEquals([usage.level(0), partsOf(usage, 0)], [40, {}]);
});

const steps = fc.array(fc.record({
  amount: fc.nat(1000),
  wait_ms: fc.nat(20_000),
  workspace_id: fc.constantFrom("acme", "blue", "cyan"),
}));

Deno.test("the parts never exceed the level, and are all of it where nothing came before", () => {
  fc.assert(fc.property(steps, (steps) => {
    const usage = new OwnUsage(0, 0, 0.02);
    let now = 0;
    for (const { amount, wait_ms, workspace_id } of steps) usage.add(amount, now += wait_ms, workspace_id);
    const sum = Object.values(partsOf(usage, now)).reduce((total, part) => total + part, 0);
    assert(Math.abs(sum - usage.level(now)) <= 1e-6 * Math.max(1, sum), `${sum} of ${usage.level(now)}`);
  }));
});
