import { catalogLanguages, readAreas, readCatalog } from "../../tools/lib/words.mjs";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { LANGUAGES } from "./languages.ts";

const ENGLISH = readAreas("english");
const TEXTS = Object.keys(readCatalog("english"));

/** A language's text in all its forms. */
const formsOf = (said: string | Record<string, string>) => typeof said === "string" ? [said] : Object.values(said);

Deno.test("every language has a catalog, and English has its texts in the code", () => {
  assertEquals([...catalogLanguages(), "en"].toSorted(), LANGUAGES.toSorted());
});

Deno.test("no text is in two areas", () => {
  const all = Object.values(ENGLISH).flatMap((area) => Object.keys(area));
  assertEquals(all.filter((text, at) => all.indexOf(text) !== at), []);
});

Deno.test("the code says every text", async () => {
  const code = await allCode();
  const isSaid = (text: string) => code.includes(text) || code.includes(text.replaceAll('"', '\\"'));
  const { extension: _, ...said } = ENGLISH; // The browser says those of the extension.
  assertEquals(Object.values(said).flatMap((area) => Object.keys(area)).filter((text) => !isSaid(text)), []);
});

for (const language of catalogLanguages()) {
  const areas = readAreas(language);
  const catalog = readCatalog(language);

  Deno.test(`${language}: every text is there, in the order of English, and none is empty`, () => {
    const keysOf = (of: typeof areas) => Object.entries(of).map(([area, texts]) => [area, Object.keys(texts)]);
    assertEquals(keysOf(areas), keysOf(ENGLISH));
    for (const said of Object.values(catalog)) {
      for (const form of formsOf(said)) assert(form.trim() === form && form !== "", form);
    }
  });

  Deno.test(`${language}: a text names the same values as in English`, () => {
    for (const text of TEXTS) {
      const said = catalog[text];
      const forms = typeof said === "string" ? { other: said } : said;
      for (const [category, form] of Object.entries(forms)) {
        // The words of a form can be the number: "no more", "two more".
        const isNumber = ["zero", "one", "two"].includes(category) && !form.includes("{count}");
        assertEquals(valuesOf(form), valuesOf(text).filter((name) => !isNumber || name !== "{count}"), form);
      }
    }
  });

  Deno.test(`${language}: a text with forms has every form that the language needs`, () => {
    const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
    for (const said of Object.values(catalog)) {
      if (typeof said !== "string") assertEquals(Object.keys(said).toSorted(), needed, said.other);
    }
  });

  Deno.test(`${language}: a reason is the last part of its sentence, as surfaces show it alone`, () => {
    for (const text of TEXTS.filter((text) => text.endsWith("{reason}"))) {
      assert(formsOf(catalog[text]).every((form) => form.endsWith("{reason}")), text);
    }
  });
}

function valuesOf(text: string): string[] {
  return [...new Set(text.match(/\{\w+\}/g))].toSorted();
}

/** The text of all files that surfaces are made of. */
async function allCode(): Promise<string> {
  const root = new URL("../../", import.meta.url);
  const files: string[] = [];
  for (const folder of ["shared", "extension", "server/dashboard"]) await collect(new URL(`${folder}/`, root), files);
  return files.join("\n");
}

async function collect(folder: URL, files: string[]): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) await collect(new URL(`${name}/`, folder), files);
    else if (/(?<!_test)\.tsx?$/.test(name)) files.push(await Deno.readTextFile(new URL(name, folder)));
  }
}
