import { assertEquals } from "../../tests/support/assert.ts";
import { isLimited, limitedModel, limitsOfNames, NO_LIMITS, withoutSnapshot } from "./workspace_limits.ts";

const models = (...names: string[]) => new Map(names.map((name) => [name, NO_LIMITS]));

Deno.test("limits count as set when any of the four is a number", () => {
  assertEquals([isLimited(NO_LIMITS), isLimited({ ...NO_LIMITS, tokens_per_day: 1 })], [false, true]);
});

Deno.test("a snapshot is limited by its own name first, then by its family's", () => {
  const snapshot = "gpt-5.4-2026-08-01";
  assertEquals(limitedModel(models("gpt-5.4", snapshot), snapshot), snapshot);
  assertEquals(limitedModel(models("gpt-5.4"), snapshot), "gpt-5.4");
  assertEquals([limitedModel(models("o5"), snapshot), limitedModel(models(), snapshot)], [null, null]);
  assertEquals(limitedModel(models("gpt-5.4"), null), null);
});

Deno.test("the limits of the requested and of the answering model cover an attempt, each once", () => {
  const cases: [limited: string[], requested: string | null, answered: string | null, covered: string[]][] = [
    [[], "o5", "o5", []],
    [["alias"], "alias", "o5", ["alias"]],
    [["o5"], "alias", "o5", ["o5"]],
    [["alias", "o5"], "alias", "o5-2026-03-05", ["alias", "o5"]],
    [["o5"], "o5", "o5-2026-03-05", ["o5"]],
    [["o5", "o5-2026-03-05"], "o5", "o5-2026-03-05", ["o5", "o5-2026-03-05"]],
    [["o5"], null, "o5", ["o5"]],
    [["o5"], "o5", null, ["o5"]],
    [["o5"], null, null, []],
  ];
  for (const [limited, requested, answered, covered] of cases) {
    assertEquals(limitsOfNames(models(...limited), requested, answered), covered, `${requested} → ${answered}`);
  }
});

Deno.test("a name that is nothing but a snapshot's date is kept", () => {
  assertEquals([withoutSnapshot("-2026-08-01"), withoutSnapshot("gpt-4-0613")], ["-2026-08-01", "gpt-4"]);
});
