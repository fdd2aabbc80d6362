import { assertEquals } from "../../tests/support/assert.ts";
import { speaking } from "../../tests/support/speaking.ts";
import { say, spoken } from "../../shared/words/say.ts";
import { speakChosen } from "./language.ts";

const GERMAN = { "Cannot reach {host}": "{host} ist nicht erreichbar" };

/** The extension's files, and the languages of the browser. */
function browserWith(files: Record<string, unknown>, languages: string[]): Disposable & { asked: string[] } {
  const scope = speaking("en");
  const { fetch } = globalThis;
  const before = Object.getOwnPropertyDescriptor(navigator, "languages");
  const asked: string[] = [];
  Object.defineProperty(navigator, "languages", { value: languages, configurable: true });
  globalThis.fetch = (path) => {
    asked.push(String(path));
    const file = files[String(path)];
    return file ? Promise.resolve(Response.json(file)) : Promise.reject(new TypeError("no such file"));
  };
  return {
    asked,
    [Symbol.dispose]() {
      globalThis.fetch = fetch;
      if (before) Object.defineProperty(navigator, "languages", before);
      else delete (navigator as { languages?: unknown }).languages;
      scope[Symbol.dispose]();
    },
  };
}

Deno.test("the browser's language is spoken, with the numbers of its region", async () => {
  using browser = browserWith({ "/words/de.json": GERMAN }, ["de-CH", "en"]);
  await speakChosen("auto");
  assertEquals(say("Cannot reach {host}", { host: "a.dev" }), "a.dev ist nicht erreichbar");
  assertEquals([spoken().locale.tag, browser.asked], ["de-CH", ["/words/de.json"]]);
});

Deno.test("English loads no file, and keeps the reader's region", async () => {
  using browser = browserWith({}, ["en-US", "de"]);
  await speakChosen("auto");
  assertEquals([spoken().locale, browser.asked], [{ language: "en", tag: "en-US" }, []]);
});

Deno.test("a chosen language goes before the browser's", async () => {
  using _ = browserWith({ "/words/de.json": GERMAN }, ["fr-FR"]);
  await speakChosen("de");
  assertEquals(spoken().locale, { language: "de", tag: "de" });
});

Deno.test("without its file a language is English", async () => {
  using _ = browserWith({}, ["ja"]);
  await speakChosen("auto");
  assertEquals(spoken(), { locale: { language: "en", tag: "en-GB" }, words: {} });
});
