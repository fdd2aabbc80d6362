import { assert, assertEquals } from "../../tests/support/assert.ts";
import { attemptId } from "./recorder.ts";

Deno.test("ids are unique, also when a clock stands still or turns back, and sort by time", () => {
  const times = [...Array(5000).fill(1000), 999, 1000, 2_000_000_000_000, 1_795_000_000_000];
  const ids = times.map((now) => attemptId(now));
  assertEquals(new Set(ids).size, ids.length);
  for (const id of ids) assert(/^[0-9a-z]{9}-[0-9a-z]{15}$/.test(id), id);
  assert(ids.at(-1)! < ids.at(-2)!);
  assertEquals([...ids.slice(0, 1000)].sort(), ids.slice(0, 1000));
});

Deno.test("ids of another process in the same millisecond differ", async () => {
  const program = `import { attemptId } from ${JSON.stringify(import.meta.resolve("./recorder.ts"))};
    console.log(Array.from({ length: 100 }, () => attemptId(1000)).join());`;
  const run = () => new Deno.Command(Deno.execPath(), { args: ["eval", "--no-check", program] }).output();
  const both = await Promise.all([run(), run()]);
  const ids = both.flatMap(({ stdout }) => new TextDecoder().decode(stdout).trim().split(","));
  assertEquals(new Set(ids).size, 200);
});
