import { assertEquals } from "../../tests/support/assert.ts";
import { run } from "./child.mjs";

const MODULE = new URL("./child.mjs", import.meta.url).href;

/** A program that stands in for another, which answers SIGTERM with 7. */
const STAND_IN = `
  import { become } from ${JSON.stringify(MODULE)};
  const inner = "process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1e6); console.log('up');";
  process.exitCode = await become(process.execPath, ["-e", inner]);`;

Deno.test("a signal reaches the program that is stood in for, and its exit code comes back", async () => {
  const child = new Deno.Command("node", {
    args: ["--input-type=module", "-e", STAND_IN],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  child.kill("SIGTERM");
  assertEquals((await child.status).code, 7);
  await reader.cancel();
});

Deno.test("what runs too long is ended, and what is not there is said", async () => {
  const hanging = ["-e", "setInterval(() => {}, 1e6)"];
  assertEquals((await run("node", hanging, { timeoutMs: 200 })).code, 124);
  assertEquals((await run("/no/such/program", [], { timeoutMs: 200 })).code, 127);
});

Deno.test("output of both kinds is heard as it comes and kept", async () => {
  let heard = "";
  const script = ["-e", "console.log('out'); console.error('err')"];
  const { code, output } = await run("node", script, { timeoutMs: 10_000, onOutput: (text) => heard += text });
  assertEquals([code, heard], [0, output]);
  assertEquals(output.split("\n").filter(Boolean).sort(), ["err", "out"]);
});
