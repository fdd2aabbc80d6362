import { assert, assertEquals, assertStringIncludes } from "../support/assert.ts";
import { ROOT } from "../../tools/lib/setup.mjs";

const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`)) as {
  tasks: Record<string, { command: string }>;
};
const tracked = await testFiles();

Deno.test("the gate runs format, lint, types, tests, doc examples and browser tests", () => {
  const steps = tasks.ok.command.split(" && ").map((step) => step.replace("./node_modules/.bin/deno ", ""));
  assertEquals(steps, ["fmt --check", "lint", "check --quiet --doc", "task test", "task e2e"]);
  assertStringIncludes(tasks.test.command, " --doc ");
});

Deno.test("one task runs the tests in browsers, the other one all other tests", () => {
  const browsers = tasks.e2e.command.split(" ").filter((word) => word.startsWith("tests/"));
  // One start folder and one list of exclusions: with several folders Deno ignores --ignore, and with --ignore it ignores
  // the excludes of deno.json.
  const excluded = "tests/bench,tools/test.mjs,**/*.md";
  assert(tasks.test.command.endsWith(` '--ignore=${browsers.join(",")},${excluded}' .`), tasks.test.command);
  assertEquals(tracked.filter((path) => path.startsWith("tests/bench/")), [], "tests/bench holds no tests");
});

Deno.test("no test is skipped or run alone, and no check is silenced", async () => {
  // Assembled here, so that this file does not contain the words.
  const banned = ["only(", "ignore("].map((word) => `Deno.test.${word}`)
    .concat(["only: ", "ignore: "].map((word) => `${word}true`))
    .concat(["deno-lint-", "@ts-", "deno-fmt-"].map((word) => `${word}ignore`), `@ts-${"nocheck"}`);
  const found = [];
  for (const path of await sourceFiles()) {
    const text = await Deno.readTextFile(`${ROOT}/${path}`);
    found.push(...banned.filter((word) => text.includes(word)).map((word) => `${path}: ${word}`));
  }
  assertEquals(found, []);
});

Deno.test("CI runs the README's test command", async () => {
  const script = await Deno.readTextFile(`${ROOT}/.ci/run`);
  assert(script.trimEnd().endsWith("\nexec npm test"));
  assert(((await Deno.stat(`${ROOT}/.ci/run`)).mode ?? 0) & 0o111, ".ci/run is not executable");
  assertStringIncludes(await Deno.readTextFile(`${ROOT}/README.md`), "npm test");
});

Deno.test("every package is pinned to one version, as in the lock file", async () => {
  const manifest = JSON.parse(await Deno.readTextFile(`${ROOT}/package.json`));
  const lock = JSON.parse(await Deno.readTextFile(`${ROOT}/package-lock.json`)).packages[""];
  for (const kind of ["dependencies", "devDependencies"]) {
    assertEquals(Object.entries(manifest[kind]).filter(([, version]) => !/^(npm:.+@)?\d/.test(`${version}`)), []);
    assertEquals(lock[kind], manifest[kind]);
  }
});

async function testFiles(): Promise<string[]> {
  return (await sourceFiles()).filter((path) => /_test\.tsx?$/.test(path));
}

/** Every source file, without installed and built ones. */
async function sourceFiles(folder = ""): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${ROOT}/${folder}`)) {
    if (name.startsWith(".") || name === "node_modules" || name === "data") continue;
    if (isDirectory) paths.push(...await sourceFiles(`${folder}${name}/`));
    else if (/\.(tsx?|mjs)$/.test(name)) paths.push(`${folder}${name}`);
  }
  return paths;
}
