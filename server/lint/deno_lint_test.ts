/** The plugin in the real `deno lint`, loaded as users load it. */
import { toFileUrl } from "deno-std/path/to_file_url.js";
import { assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";

const PLUGIN = new URL("deno_plugin.ts", import.meta.url).href;

const OWN = `import { denoPlugin } from "${PLUGIN}"; export default denoPlugin({ allow: ["my src/openai/**"] });`;

const SOURCE =
  'import OpenAI from "npm:openai";\nexport const a = [OpenAI, fetch("https://api.openai.com/v1/models")];\n';

Deno.test("deno lint reports with the plugin's defaults", async () => {
  assertEquals(await lint({ "a.ts": SOURCE, "b.ts": "export {};\n" }, PLUGIN), [
    "a.ts:1 quota-gauge/no-untracked-openai",
    "a.ts:2 quota-gauge/no-raw-openai-fetch",
  ]);
});

Deno.test("deno lint uses a plugin file with options, in a folder with a space in its name", async () => {
  assertEquals(await lint({ "plugin.ts": OWN, "my src/a.ts": SOURCE, "my src/openai/b.ts": SOURCE }, "./plugin.ts"), [
    "my src/a.ts:1 quota-gauge/no-untracked-openai",
    "my src/a.ts:2 quota-gauge/no-raw-openai-fetch",
  ]);
});

Deno.test("deno lint names the invalid option", async () => {
  const folder = await project({ "plugin.ts": OWN.replace("allow", "alow") }, "./plugin.ts");
  assertStringIncludes((await run(folder)).stderr, '"alow" is unknown; use allow, packages, hosts, client');
});

interface Report {
  diagnostics: { filename: string; code: string; range: { start: { line: number } } }[];
}

/** The position and rule of each report, in order. */
async function lint(files: Record<string, string>, plugin: string): Promise<string[]> {
  const folder = await project(files, plugin);
  const { diagnostics }: Report = JSON.parse((await run(folder)).stdout);
  const root = `${toFileUrl(folder).href}/`;
  return diagnostics.map(({ filename, code, range }) =>
    `${decodeURI(filename.slice(root.length))}:${range.start.line} ${code}`
  ).sort();
}

async function project(files: Record<string, string>, plugin: string): Promise<string> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const config = JSON.stringify({ lint: { plugins: [plugin], rules: { tags: [] } } });
  for (const [path, text] of Object.entries({ ...files, "deno.json": config })) {
    await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]+$/, ""), { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, text);
  }
  return folder;
}

async function run(folder: string): Promise<{ stdout: string; stderr: string }> {
  const command = new Deno.Command(Deno.execPath(), { args: ["lint", "--json"], cwd: folder, env: { NO_COLOR: "1" } });
  const { stdout, stderr } = await command.output();
  await Deno.remove(folder, { recursive: true });
  return { stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}
