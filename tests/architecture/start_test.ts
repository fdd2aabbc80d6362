/** The modules that Deno reads before the first line of the service runs: each delays the first answer. */
import { assert, assertEquals } from "../support/assert.ts";

const ROOT = new URL("../../", import.meta.url);

/** The modules that are loaded at their first use. */
const LAZY = [
  "server/app.ts",
  "server/features/index.ts",
  "server/front/access_log.ts",
  "server/gateway/http/gateway.ts",
  "server/gateway/sockets/socket_gateway.ts",
  "server/api/socket_hub.ts",
  "server/limits/limits_check.ts",
  "server/prices/price_book.ts",
  "server/front/tls.ts",
  "server/attempts/tokens/text_tokens.ts",
];

Deno.test("the start reads no lazily loaded module and no package", async () => {
  const read = await readAtStart("server/main.ts");
  assert(read.includes("server/service.ts"), `It reads ${read.length} modules without the service`);
  for (const path of LAZY) assert((await Deno.stat(new URL(path, ROOT))).isFile);
  assertEquals(read.filter((path) => LAZY.includes(path) || path.startsWith("node_modules/")), []);
});

interface Module {
  specifier: string;
  dependencies?: { code?: { specifier?: string } }[];
}

/** The modules that Deno reads: every literal import, dynamic ones too, but not types. */
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
