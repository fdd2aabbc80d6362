/** The README and `--help` document every environment variable, with the words of the schema. */
import { BOUNDS } from "../../server/config/bounds.ts";
import { help } from "../../server/config/help.ts";
import { COMMAND_VARIABLES, VARIABLE_GROUPS, VARIABLES } from "../../server/config/variables.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { productSources } from "./sources.ts";

const bounds: string[] = Object.values(BOUNDS).map(({ variable }) => variable);

Deno.test("the README's table has every variable but the bounds, with its default and its meaning", async () => {
  const text = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const rows = [...text.matchAll(/^\| `([A-Z]+[A-Z_]*)` +\| (.+?) +\| (.+?) +\|$/gm)]
    .map(([, name, value, meaning]) => [name, value.replaceAll("`", ""), meaning]);
  const settings = Object.entries(VARIABLES).filter(([name]) => !bounds.includes(name))
    .map(([name, { default: value, meaning }]) => [name, value ?? "none", meaning]);
  assertEquals(rows.slice(0, settings.length), settings);
  const others = rows.slice(settings.length).map(([name, , meaning]) => [name, meaning]);
  assertEquals(others, Object.entries(COMMAND_VARIABLES));
});

Deno.test("--help has every variable in a group, with its meaning, what it accepts and its default", () => {
  const text = help();
  assertEquals(Object.values(VARIABLE_GROUPS).flat(), Object.keys(VARIABLES));
  for (const title of Object.keys(VARIABLE_GROUPS)) assert(text.includes(`\n${title}\n\n`), title);
  for (const [name, { meaning, accepts, default: value }] of Object.entries(VARIABLES)) {
    const lines = `  ${name}  ${meaning.replaceAll("`", "")}\n      accepts ${accepts}; `;
    assert(text.includes(lines + (value === null ? "not set by default\n" : `default ${value}\n`)), name);
  }
  for (const name of Object.keys(COMMAND_VARIABLES)) assert(text.includes(`\n  ${name}  `), name);
});

Deno.test("the README's table of troubles quotes texts that the product has, and variables that exist", async () => {
  const text = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const [, table] = text.split("## When it does not work");
  const rows = [...table.split("\n## ")[0].matchAll(/^\| (.+?) +\| (.+?) +\|$/gm)].slice(2);
  assert(rows.length > 8);
  const quoted = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, one]) => one.split(/ ?… ?/));
  const code = (await productSources(["server", "shared", "extension", "tools"])).map((source) => source.text).join(
    "\n",
  );
  for (const [, trouble] of rows) {
    for (const part of quoted(trouble)) assert(code.includes(part.replace(/^: /, "")), part);
  }
  const known = [...Object.keys(VARIABLES), ...Object.keys(COMMAND_VARIABLES)];
  for (const name of rows.flatMap(([, , remedy]) => quoted(remedy)).filter((part) => /^[A-Z_]+$/.test(part))) {
    assert(known.includes(name), name);
  }
});
