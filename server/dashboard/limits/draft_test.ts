import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { isComplete, readLimit, withLimit, withModel } from "./draft.ts";

Deno.test("a limit is set, removed and inherited, for the workspace and for a model", () => {
  const own = withLimit({ requests_per_day: 9 }, null, "requests_per_minute", 300);
  assertEquals(own, { requests_per_day: 9, requests_per_minute: 300 });
  assertEquals(withLimit(own, null, "requests_per_day", undefined), { requests_per_minute: 300 });
  const of = withLimit({}, "gpt-5.4", "tokens_per_day", null);
  assertEquals(of, { models: { "gpt-5.4": { tokens_per_day: null } } });
});

Deno.test("a model comes with no limits and goes with its own, whatever its name is", () => {
  const own = withModel({ models: { other: { tokens_per_day: 1 } } }, "__proto__", true);
  assertEquals(Object.keys(own.models!), ["other", "__proto__"]);
  assertEquals(withModel(own, "other", false).models, { ["__proto__"]: {} });
});

Deno.test("fields that this page does not know are kept", () => {
  const own = { budgets: { day: "1.00" } } as object;
  assertEquals(withLimit(own, null, "tokens_per_day", 5), { budgets: { day: "1.00" }, tokens_per_day: 5 } as object);
});

Deno.test("numbers are read as people write them; other texts are not limits", () => {
  assertEquals(["300", " 1 500 ", "1.000.000", "10'000"].map(readLimit), [300, 1500, 1_000_000, 10_000]);
  for (const text of ["", "0", "-1", "1.5", "1e3", "12,34", "1000000000000"]) {
    assert(!isComplete({ requests_per_minute: readLimit(text) }), text);
  }
  assert(isComplete({ requests_per_minute: null, models: { m: { tokens_per_day: 1 } } }));
});
