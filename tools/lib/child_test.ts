import { assertEquals } from "../../tests/support/assert.ts";
import { run } from "./child.mjs";

const MODULE = new URL("./child.mjs", import.meta.url).href;

/** A program that becomes another one, which exits with 7 on SIGTERM. */
const STAND_IN = `
  import { become } from ${JSON.stringify(MODULE)};
  const inner = "process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1e6); console.log('up');";
  process.exitCode = await become(process.execPath, ["-e", inner]);`;

Deno.test("a signal reaches the program that was started, and its exit code is returned", async () => {
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

Deno.test("a program that runs too long is killed, and a missing one is reported", async () => {
  const hanging = ["-e", "setInterval(() => {}, 1e6)"];
  assertEquals((await run("node", hanging, { timeoutMs: 200 })).code, 124);
  assertEquals((await run("/no/such/program", [], { timeoutMs: 200 })).code, 127);
});

Deno.test("stdout and stderr are passed on as they arrive, and collected", async () => {
  let seen = "";
  const script = ["-e", "console.log('out'); console.error('err')"];
  const { code, output } = await run("node", script, { timeoutMs: 10_000, onOutput: (text) => seen += text });
  assertEquals([code, seen], [0, output]);
  assertEquals(output.split("\n").filter(Boolean).sort(), ["err", "out"]);
});
