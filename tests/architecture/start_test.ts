/** What Deno reads before the service's first line runs: each module there delays the first answer. */
import { assert, assertEquals } from "../support/assert.ts";

const ROOT = new URL("../../", import.meta.url);

/** Loaded when they are wanted; see `server/runtime/import_later.ts`. */
const LATER = [
  "server/pages.ts",
  "server/app.ts",
  "server/gateway/http/gateway.ts",
  "server/gateway/sockets/socket_gateway.ts",
  "server/api/socket_hub.ts",
  "server/limits/limits_check.ts",
  "server/attempts/tokens/text_tokens.ts",
];

Deno.test("the start reads no module that is loaded later, and no package", async () => {
  const read = await readAtStart("server/main.ts");
  assert(read.includes("server/service.ts"), `It reads ${read.length} modules, and not the service`);
  assertEquals(read.filter((path) => LATER.includes(path) || path.startsWith("node_modules/")), []);
});

interface Module {
  specifier: string;
  dependencies?: { code?: { specifier?: string } }[];
}

/** As Deno finds them: by all imports with a literal, those that are called later too, and not by types. */
async function readAtStart(entry: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", entry], cwd: ROOT }).output();
  const { roots, modules } = JSON.parse(new TextDecoder().decode(stdout)) as { roots: string[]; modules: Module[] };
  const byName = new Map(modules.map((module) => [module.specifier, module]));
  const found = new Set(roots);
  for (const name of found) {
    for (const { code } of byName.get(name)?.dependencies ?? []) if (code?.specifier) found.add(code.specifier);
  }
  return [...found].map((name) => name.replace(ROOT.href, ""));
}
