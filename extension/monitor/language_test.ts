import { type Language, localeFor } from "../../shared/words/languages.ts";
import { languageAttributes, say, spoken, type Words } from "../../shared/words/say.ts";
import { assertEquals } from "../../tests/support/assert.ts";
import { speaking } from "../../tests/support/speaking.ts";
import { createLanguage } from "./language.ts";

const FILES: Partial<Record<Language, Words>> = {
  de: { Normal: "Alles gut" },
  ar: { Normal: "طبيعي" },
  zh: { Normal: "正常" },
};

/** A monitor's language in a browser with the given ones, and what it has loaded. */
function inBrowser(languages: string[], load = (language: Language) => Promise.resolve(FILES[language])) {
  const before = Object.getOwnPropertyDescriptor(navigator, "languages");
  Object.defineProperty(navigator, "languages", { value: languages, configurable: true });
  const english = speaking("en");
  const loaded: string[] = [];
  let changes = 0;
  const language = createLanguage(() => changes++, async (wanted) => {
    loaded.push(wanted);
    const words = await load(wanted);
    if (!words) throw new TypeError("Failed to fetch dynamically imported module");
    return { default: words };
  });
  return {
    ...language,
    loaded,
    changes: () => changes,
    /** A text in the language, and its locale. */
    said() {
      language.use();
      return [say("Normal"), spoken().locale.tag];
    },
    [Symbol.dispose]() {
      english[Symbol.dispose]();
      if (before) Object.defineProperty(navigator, "languages", before);
      else delete (navigator as { languages?: unknown }).languages;
    },
  };
}

Deno.test("a monitor without a language takes the browser's, with the numbers of its region", async () => {
  using language = inBrowser(["de-CH", "en"]);
  await language.choose("");
  assertEquals([language.said(), language.loaded, language.changes()], [["Alles gut", "de-CH"], ["de"], 1]);
});

for (
  const [tag, text, locale] of [
    ["ar", "طبيعي", "ar"],
    ["ar-EG", "طبيعي", "ar-EG"],
    ["ZH", "正常", "zh"],
    ["zh-Hans-CN", "正常", "zh-Hans-CN"],
    ["en", "Normal", "en-US"],
    ["en-AU", "Normal", "en-AU"],
    // Without texts here: the browser's.
    ["pt-BR", "Normal", "en-US"],
    ["tlh", "Normal", "en-US"],
    ["de_AT", "Normal", "en-US"],
    ["-", "Normal", "en-US"],
  ]
) {
  Deno.test(`a page in "${tag}" is told in ${locale} by an American browser`, async () => {
    using language = inBrowser(["en-US", "fr"]);
    await language.choose(tag);
    assertEquals(language.said(), [text, locale]);
  });
}

Deno.test("English loads no file", async () => {
  using language = inBrowser(["en-GB"]);
  await language.choose("");
  assertEquals([language.loaded, language.changes()], [[], 1]);
});

Deno.test("English is used while the texts load, and where they cannot be loaded", async () => {
  const file = Promise.withResolvers<Words | undefined>();
  using language = inBrowser(["de"], () => file.promise);
  const chosen = language.choose("ar");
  assertEquals([language.said(), language.changes()], [["Normal", localeFor("en", ["de"]).tag], 0]);
  assertEquals(languageAttributes(), { lang: "en", dir: "ltr" });
  file.resolve(undefined);
  await chosen;
  assertEquals([language.said(), language.changes()], [["Normal", "en-GB"], 1]);
});

Deno.test("the same choice again loads nothing, and a later choice wins over a file that comes late", async () => {
  const file = Promise.withResolvers<Words | undefined>();
  using language = inBrowser([], (wanted) => wanted === "de" ? file.promise : Promise.resolve(FILES[wanted]));
  const late = language.choose("de");
  await language.choose("ar");
  await language.choose("ar");
  file.resolve(FILES.de);
  await late;
  assertEquals([language.said()[0], language.loaded, language.changes()], ["طبيعي", ["de", "ar"], 1]);
});

Deno.test("two monitors in one page keep their languages", async () => {
  using german = inBrowser(["de"]);
  using arabic = inBrowser(["ar"]);
  await Promise.all([german.choose("de"), arabic.choose("ar")]);
  assertEquals([german.said()[0], arabic.said()[0], german.said()[0]], ["Alles gut", "طبيعي", "Alles gut"]);
});
