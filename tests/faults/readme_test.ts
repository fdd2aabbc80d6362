import { assert, assertEquals } from "../support/assert.ts";
import { ROOT } from "../../tools/lib/setup.mjs";

const text = await Deno.readTextFile(`${ROOT}/tests/faults/README.md`);
const rows = [...text.matchAll(/^\| *(\d+)(?:–(\d+))? *\|[^|]*\|(.*)\|$/gm)].map(([, from, to, proof]) => ({
  from: Number(from),
  to: Number(to ?? from),
  files: [...proof.matchAll(/`([^`]+)`/g)].map(([, path]) => path),
}));

Deno.test("the table lists every fault, in order", () => {
  const numbers = rows.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, at) => from + at));
  assertEquals(numbers, Array.from({ length: 79 }, (_, at) => at + 1));
});

Deno.test("a file in the table has a test that names the fault", async () => {
  for (const { from, files } of rows) {
    for (const path of files) {
      const source = await Deno.readTextFile(`${ROOT}/${path}`);
      const named = [...source.matchAll(/FAULTS? ([\d, ]+)/g)].some(([, list]) =>
        list.split(/\D+/).includes(`${from}`)
      );
      assert(named, `${path} does not name FAULT ${from}`);
    }
  }
});
