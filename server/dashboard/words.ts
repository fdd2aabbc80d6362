/** The texts of the reader's language, from a file that only its readers load. */
import { localeFor } from "../../shared/words/languages.ts";
import { languageAttributes, speak, type Words } from "../../shared/words/say.ts";

/** Languages and the addresses of their texts, filled in by the build. */
declare const WORDS: Readonly<Record<string, string>>;

/** Uses the first of the browser's languages that exists here. Texts that cannot be loaded are said in English. */
export async function speakAsReader(): Promise<void> {
  const locale = localeFor("auto", navigator.languages);
  const words = locale.language === "en" ? {} : await load(WORDS[locale.language]);
  speak(words ? { locale, words } : { locale: localeFor("en", navigator.languages), words: {} });
  Object.assign(document.documentElement, languageAttributes());
}

async function load(path: string): Promise<Words | null> {
  try {
    const response = await fetch(new URL(path, document.baseURI));
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
