import { assertEquals } from "../../tests/support/assert.ts";

const LOG = new URL("log.ts", import.meta.url).href;

/** A program that logs twice, then exits with 0. */
function program() {
  const code = `import { log } from "${LOG}"; log("first", { bytes: 5 }); log("second"); console.log("done");`;
  return new Deno.Command(Deno.execPath(), { args: ["eval", "--no-check", code], stderr: "piped", stdout: "piped" });
}

Deno.test("each event is a line of JSON on standard error, with its time and fields", async () => {
  const { stderr, stdout } = await program().output();
  const events = new TextDecoder().decode(stderr).trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(events.map(({ event, bytes }) => [event, bytes]), [["first", 5], ["second", undefined]]);
  assertEquals(events.every(({ time }) => new Date(time).toISOString() === time), true);
  assertEquals(new TextDecoder().decode(stdout), "done\n");
});
