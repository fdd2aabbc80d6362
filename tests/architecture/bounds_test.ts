/** The table in `docs/ops/limits.md` is the list of bounds in the configuration. */
import { BOUNDS } from "../../server/config/bounds.ts";
import { assertEquals } from "../support/assert.ts";

const PAGE = new URL("../../docs/ops/limits.md", import.meta.url);

Deno.test("docs/ops/limits.md lists every bound with its default and its meaning", async () => {
  const text = await Deno.readTextFile(PAGE);
  const rows = [...text.matchAll(/^\| `(QUOTA_\w+)` +\| +([\d,]+) +\| (.+?) +\|/gm)]
    .map(([, variable, value, meaning]) => [variable, Number(value.replaceAll(",", "")), meaning]);
  assertEquals(rows, Object.values(BOUNDS).map((bound) => [bound.variable, bound.default, bound.meaning]));
});
