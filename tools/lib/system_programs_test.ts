import { assertEquals } from "../../tests/support/assert.ts";
import { ensurePrograms, findProgram } from "./system_programs.mjs";

const PROGRAMS = { checker: { debian: "checker-tools", tests: "the rules" } };

/** Runs it on a machine with these files. Installing adds `installed`. */
async function ensured(files: string[], { root = true, installed = [] as string[] } = {}) {
  const paths = new Set(files);
  const said: string[] = [];
  const attempts: string[] = [];
  await ensurePrograms(
    {
      platform: "linux",
      root,
      env: { PATH: "/usr/bin" },
      exists: (path: string) => paths.has(path),
      attempt: (command: string, args: string[]) => {
        attempts.push([command, ...args].join(" "));
        for (const path of installed) paths.add(path);
        return Promise.resolve(true);
      },
    },
    (sentence) => said.push(sentence),
    PROGRAMS,
  );
  return { said, attempts };
}

const IGNORED = "The tests of the rules are ignored: checker is missing (Debian: apt-get install checker-tools).";

Deno.test("nothing is installed or said when the programs exist", async () => {
  assertEquals(await ensured(["/usr/bin/checker", "/usr/bin/apt-get"]), { said: [], attempts: [] });
});

Deno.test("a missing program is installed where that is allowed", async () => {
  const { said, attempts } = await ensured(["/usr/bin/apt-get"], { installed: ["/usr/bin/checker"] });
  assertEquals(said, ["Installing checker-tools (apt)…"]);
  assertEquals(attempts, ["apt-get update", "apt-get install -y --no-install-recommends checker-tools"]);
});

Deno.test("elsewhere the ignored tests are named, with the package", async () => {
  assertEquals(await ensured(["/usr/bin/apt-get"], { root: false }), { said: [IGNORED], attempts: [] });
  assertEquals((await ensured([])).said, [IGNORED]);
  assertEquals((await ensured(["/usr/bin/apt-get"])).said.at(-1), IGNORED);
});

Deno.test("a program is found in PATH, and among the administrator's programs", () => {
  const find = (path: string, env = {}) => findProgram("checker", { env, exists: (given: string) => given === path });
  assertEquals(find("/opt/bin/checker", { PATH: "/usr/bin:/opt/bin" }), "/opt/bin/checker");
  assertEquals(find("/usr/sbin/checker"), "/usr/sbin/checker");
  assertEquals(find("/opt/bin/checker"), null);
});
