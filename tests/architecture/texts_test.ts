/**
 * No source of a surface has a sentence that is not in the catalogs of `shared/words`: what a reader sees is said in their
 * language. Surfaces that a test can draw are read by `tests/gallery/hard_coded_test.ts` too; this finds the others.
 */
import { readCatalog } from "../../tools/lib/words.mjs";
import { assertEquals } from "../support/assert.ts";

/** Read by developers and admins, or names of programs. */
const ENGLISH = [
  "extension/monitor/options.ts",
  "extension/monitor/small_zod.ts",
  "extension/pages/form/browser_name.ts",
  "extension/pages/popup/diagnostics.ts",
  "extension/widget/adapters/",
];

/** English for one, whose form for other numbers is in the catalogs. */
const ONE = /^\{name\} sets \{count\} setting\b|^Tokens of \{count\} call are/;

const ATTRIBUTES = ["aria-label", "title", "placeholder", "alt"];

const TEXTS = new Set(Object.keys(readCatalog("english")));

Deno.test("every sentence in the code of surfaces is in the catalogs", async () => {
  const found: string[] = [];
  for (const folder of ["extension", "server/dashboard", "shared/ui", "shared/words", "shared/format.ts"]) {
    for (const path of await sourcesIn(folder)) {
      if (!ENGLISH.some((english) => path.startsWith(english))) {
        found.push(...sentencesIn(path, await Deno.readTextFile(path)));
      }
    }
  }
  assertEquals(found, []);
});

function sentencesIn(path: string, text: string): string[] {
  const found: string[] = [];
  const add = (node: Deno.lint.Node, read: unknown) => {
    if (typeof read === "string" && !TEXTS.has(read) && !ONE.test(read)) {
      found.push(`${path}:${text.slice(0, node.range[0]).split("\n").length}: ${read.trim()}`);
    }
  };
  const visitors: Deno.lint.LintVisitor = {
    Literal: (node) => isSentence(node.value) && add(node, node.value),
    TemplateElement: (node) => isSentence(node.cooked) && add(node, node.cooked),
    JSXText: (node) => /\p{L}/u.test(node.value) && add(node, node.value.trim()),
    JSXAttribute: ({ name, value }) => {
      if (name.type !== "JSXIdentifier" || !ATTRIBUTES.includes(name.name)) return;
      if (value?.type === "Literal") add(value, value.value);
    },
  };
  Deno.lint.runPlugin({ name: "texts", rules: { read: { create: () => visitors } } }, path, text);
  return found;
}

/** Two words, the first with a capital letter, or a word and a full stop. */
function isSentence(value: unknown): boolean {
  return typeof value === "string" && /^\p{Lu}\p{L}*(?: \p{L}+)+|^\p{L}+ .*\p{L}\.$/u.test(value.trim());
}

async function sourcesIn(path: string): Promise<string[]> {
  if (/\.tsx?$/.test(path)) return [path];
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    if (isDirectory || /(?<!_test)\.tsx?$/.test(name)) found.push(...await sourcesIn(`${path}/${name}`));
  }
  return found.toSorted();
}
