/** The pages in `docs/store` say what is true, and fit into the stores' forms. Needs the extension built. */
import { DEFAULT_PREFERENCES } from "../../extension/state/settings.ts";
import { productSources } from "../architecture/sources.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { BUILDS } from "../support/browsers.ts";
import { markdownTable } from "../support/markdown_table.ts";
import { ROOT } from "../../tools/lib/setup.mjs";

const read = (name: string) => Deno.readTextFile(`${ROOT}/docs/store/${name}`);
const texts = await read("texts.md");
const privacy = await read("privacy.md");
// The monitor is an element for a team's own pages, and no part of the extension.
const sources = (await productSources(["extension"])).filter(({ path }) => !path.startsWith("extension/monitor/"));

/** Characters that the strictest of the three stores takes: least and most. */
const LENGTHS: Record<string, [least: number, most: number]> = {
  "Name": [3, 45],
  "Short description": [10, 132],
  "Long description": [250, 10_000],
};

/** Edge takes this many search terms, of this many characters, with this many words in all. */
const TERMS = { count: 7, characters: 30, words: 21 };

for (const [heading, [least, most]] of Object.entries(LENGTHS)) {
  Deno.test(`store texts: "${heading}" has ${least} to ${most} characters`, () => {
    const { length } = section(heading);
    assert(length >= least && length <= most, `${length} characters`);
  });
}

Deno.test("store texts: the search terms fit", () => {
  const terms = section("Search terms").split(", ");
  assert(terms.length <= TERMS.count && terms.every((term) => term.length <= TERMS.characters));
  assert(terms.join(" ").split(/\s+/).length <= TERMS.words);
});

Deno.test("store texts: name and short description are those of the builds", async () => {
  for (const build of Object.values(BUILDS)) {
    const { name, description } = JSON.parse(await Deno.readTextFile(`${build}/_locales/en/messages.json`));
    assertEquals([name.message, description.message], [section("Name"), section("Short description")]);
  }
});

Deno.test("store pictures: each has the size of its row, without transparency, and each file has a row", async () => {
  const rows = markdownTable(texts, "file");
  for (const [path, size] of rows) {
    const header = new DataView((await Deno.readFile(`${ROOT}/docs/store/${path}`)).buffer);
    const truecolour = 2; // PNG's colour type without an alpha channel, which Chrome's store refuses.
    assertEquals([`${header.getUint32(16)}×${header.getUint32(20)}`, header.getUint8(25)], [size, truecolour], path);
  }
  const files = await Array.fromAsync(Deno.readDir(`${ROOT}/docs/store/images`), ({ name }) => `images/${name}`);
  assertEquals(rows.map(([path]) => path).toSorted(), files.toSorted());
});

Deno.test("the privacy page lists every name under which the extension stores something", () => {
  const stored = sources.flatMap(({ text }) => [...text.matchAll(/^(?:export )?const \w*KEY = "(\w+)"/gm)]);
  const names = [...stored.map(([, name]) => name), ...Object.keys(DEFAULT_PREFERENCES)];
  const listed = markdownTable(privacy, "name").flatMap(([name]) => name.split(", "));
  assertEquals(listed.toSorted(), names.toSorted());
});

Deno.test("the privacy page lists every path that the extension requests", () => {
  const code = sources.map(({ text }) => text.replace(/\/\*\*[^]*?\*\/|^\s*\/\/.*$/gm, "")).join("\n");
  const requested = new Set(
    Array.from(code.matchAll(/\/(?:api\/quota\/\w|healthz|readyz|livez)[\w/]*/g), ([path]) => path),
  );
  const listed = markdownTable(privacy, "request").map(([path]) => path);
  assertEquals(listed.toSorted(), [...requested].toSorted());
});

function section(heading: string): string {
  const [, after] = texts.split(`\n## ${heading}\n`);
  return after.split("\n## ")[0].trim();
}
