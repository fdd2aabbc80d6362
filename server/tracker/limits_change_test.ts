import fc from "fast-check";
import { bench, ok, plan } from "../../tests/api/fixture.ts";
import { assertEquals } from "../../tests/support/assert.ts";
import { ManualClock } from "../../tests/support/clock.ts";
import { isRefusal, type Permit } from "../attempts/recorder.ts";

const FILE = {
  default: { models: { "gpt-5.4": { requests_per_minute: 50, requests_per_day: 99, tokens_per_minute: 9999 } } },
  workspaces: { beta: { models: { "o5-2026-03-05": { tokens_per_day: 99_999, requests_per_minute: 20 } } } },
};

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("reserve" as const),
      workspace_id: fc.constantFrom("acme", "beta"),
      model: fc.constantFrom("gpt-5.4", "gpt-5.4-2026-03-05", "gpt-5.4-mini", "o5-2026-03-05", null),
      amount: fc.nat(900),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom("settle" as const), amount: fc.nat(900) }) },
  fc.record({ do: fc.constant("release" as const), amount: fc.nat(9) }),
  { weight: 4, arbitrary: fc.record({ do: fc.constant("wait" as const), amount: fc.nat(30_000) }) },
  fc.record({ do: fc.constantFrom("minute" as const, "day" as const, "all" as const), amount: fc.constant(0) }),
);

Deno.test("property: limits of models that are set at any moment show what they show when set from the start", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.array(step, { maxLength: 9 }), (steps, later) => {
      // Shortly before midnight, so that some runs cross it.
      const clock = new ManualClock(Date.UTC(2026, 10, 21, 23, 55, 0));
      const early = bench({ clock, mode: "observe" });
      const late = bench({ clock, mode: "observe" });
      early.tracker.setLimits(FILE);
      const open: [Permit, Permit][] = [];
      for (const each of steps) act(each);
      late.tracker.setLimits(FILE);
      for (const id of ["acme", "beta"]) assertEquals(late.tracker.status(id).models, early.tracker.status(id).models);
      for (const each of later) act(each);
      for (const permits of open) for (const permit of permits) permit.settle(ok(7));
      for (const id of ["acme", "beta"]) assertEquals(late.tracker.status(id).models, early.tracker.status(id).models);

      function act(action: typeof steps[number]): void {
        const { amount } = action;
        if (action.do === "wait") return clock.advance(amount);
        if (action.do === "reserve") return void open.push(reserved(action));
        if (action.do !== "settle" && action.do !== "release") {
          for (const { tracker } of [early, late]) tracker.reset("acme", action.do);
          return;
        }
        for (const permit of open.shift() ?? []) {
          if (action.do === "settle") permit.settle(ok(amount));
          else permit.release(null);
        }
      }

      function reserved(asked: { workspace_id: string; model: string | null; amount: number }): [Permit, Permit] {
        const { workspace_id, model, amount: tokens } = asked;
        const permits = [early, late].map(({ tracker }) => tracker.reserve(plan({ workspace_id, model, tokens })));
        const [one, other] = permits;
        if (isRefusal(one) || isRefusal(other)) throw new Error("It only observes, and refused");
        return [one, other];
      }
    }),
    { numRuns: 200 },
  );
});
