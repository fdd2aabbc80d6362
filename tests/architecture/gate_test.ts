import { assert, assertEquals, assertStringIncludes } from "../support/assert.ts";
import { ROOT } from "../../tools/lib/setup.mjs";

const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`)) as {
  tasks: Record<string, { command: string }>;
};
const tracked = await testFiles();

Deno.test("the gate checks format, lint, types, tests, doc examples and browsers", () => {
  const steps = tasks.ok.command.split(" && ").map((step) => step.replace("./node_modules/.bin/deno ", ""));
  assertEquals(steps, ["fmt --check", "lint", "check --quiet --doc", "task test", "task e2e"]);
  assertStringIncludes(tasks.test.command, " --doc ");
});

Deno.test("every test file is run: the browser folders by one task, all others by the other", () => {
  const browsers = tasks.e2e.command.split(" ").filter((word) => word.startsWith("tests/"));
  // One folder to start from, and all that is left out in one place: with several folders Deno minds no --ignore, and
  // with an --ignore it minds no exclude of deno.json.
  const left = "tests/bench,tools/test.mjs,**/*.md";
  assert(tasks.test.command.endsWith(` '--ignore=${browsers.join(",")},${left}' .`), tasks.test.command);
  assertEquals(tracked.filter((path) => path.startsWith("tests/bench/")), [], "a bench is never a unit test");
});

Deno.test("no test is alone or switched off, and no checker is silenced", async () => {
  // Put together here, so that this file does not find itself.
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

Deno.test("the build machine runs the README's test command", async () => {
  const script = await Deno.readTextFile(`${ROOT}/.ci/run`);
  assert(script.trimEnd().endsWith("\nexec npm test"));
  assert(((await Deno.stat(`${ROOT}/.ci/run`)).mode ?? 0) & 0o111, ".ci/run is not executable");
  assertStringIncludes(await Deno.readTextFile(`${ROOT}/README.md`), "npm test");
});

Deno.test("every package is pinned, and the lock file agrees", async () => {
  const manifest = JSON.parse(await Deno.readTextFile(`${ROOT}/package.json`));
  const lock = JSON.parse(await Deno.readTextFile(`${ROOT}/package-lock.json`)).packages[""];
  for (const kind of ["dependencies", "devDependencies"]) {
    assertEquals(Object.entries(manifest[kind]).filter(([, version]) => !/^\d/.test(`${version}`)), []);
    assertEquals(lock[kind], manifest[kind]);
  }
});

async function testFiles(): Promise<string[]> {
  return (await sourceFiles()).filter((path) => /_test\.tsx?$/.test(path));
}

/** Every file of code outside what is installed or built. */
async function sourceFiles(folder = ""): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${ROOT}/${folder}`)) {
    if (name.startsWith(".") || name === "node_modules" || name === "data") continue;
    if (isDirectory) paths.push(...await sourceFiles(`${folder}${name}/`));
    else if (/\.(tsx?|mjs)$/.test(name)) paths.push(`${folder}${name}`);
  }
  return paths;
}
