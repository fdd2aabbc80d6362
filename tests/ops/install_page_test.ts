/** The pages about the installation name only commands, settings and files that exist. */
import { KEYS_HELP } from "../../server/command/keys.ts";
import { VARIABLES } from "../../server/config/variables.ts";
import { ROOT } from "../../tools/lib/setup.mjs";
import { assert, assertEquals } from "../support/assert.ts";

const page = await Deno.readTextFile(`${ROOT}/docs/ops/install.md`);
const readme = await Deno.readTextFile(`${ROOT}/docs/service.md`);
const help = await helpText();

async function helpText(): Promise<string> {
  const { stdout } = await new Deno.Command("node", { args: [`${ROOT}/tools/command.mjs`, "--help"] }).output();
  return new TextDecoder().decode(stdout);
}

const found = (text: string, pattern: RegExp) => new Set([...text.matchAll(pattern)].map(([, name]) => name));

Deno.test("every command exists", () => {
  // Not `sudo -u quota-gauge …`, and not the service in `docker compose exec quota-gauge …`.
  const named = found(page + readme, /(?<!-u |exec )(?<![\w*] \* )\bquota(?:-gauge)? ([a-z]+)(?= |`|$)/gm);
  const commands = found(help, /^ {2}([a-z]+)\b/gm);
  assert(named.size > 6, [...named].join());
  assertEquals([...named].filter((name) => !commands.has(name)), []);
  const of_keys = found(page, /quota keys ([a-z]+)/g);
  assertEquals([...of_keys].filter((name) => !KEYS_HELP.includes(`  ${name} `)), []);
});

Deno.test("every setting exists", () => {
  const known = new Set([...Object.keys(VARIABLES), ...found(help, /\b(QUOTA_\w+)/g)]);
  const named = found(page + readme, /\b((?:QUOTA|OPENAI)_[A-Z_]+[A-Z])\b/g);
  assertEquals([...named].filter((name) => !known.has(name)), []);
});

Deno.test("every link and every file of the package exists", async () => {
  const links = [...found(page, /\]\(([^)#:]+)\)/g)].map((path) => `docs/ops/${path}`);
  const of_readme = [...found(readme, /\]\(([^)#:]+)\)/g)];
  const of_unit = [...found(page, /quota-gauge\/(docs\/ops\/[\w.-]+)/g)];
  assert(links.length > 1 && of_readme.length > 0 && of_unit.length > 0);
  for (const path of [...links, ...of_readme, ...of_unit]) assert((await Deno.stat(`${ROOT}/${path}`)).isFile, path);
});
