import { assertEquals, assertStringIncludes } from "../tests/support/assert.ts";
import { ROOT } from "./lib/setup.mjs";

async function start(args: string[], env: Record<string, string> = {}) {
  const output = await new Deno.Command("node", { args: [`${ROOT}/tools/start.mjs`, ...args], env }).output();
  const text = new TextDecoder().decode(new Uint8Array([...output.stdout, ...output.stderr]));
  return { code: output.code, text };
}

Deno.test("npm start passes its arguments on to the service", async () => {
  const { code, text } = await start(["--help"]);
  assertEquals(code, 0);
  assertStringIncludes(text, "OPENAI_RATE_LIMIT_PER_MINUTE");
});

Deno.test("npm start exits with the exit code of the service", async () => {
  const { code, text } = await start(["--help-me"]);
  assertEquals(code, 1);
  assertStringIncludes(text, "--help-me");
});
