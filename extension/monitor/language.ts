/** The language of one monitor. A page may have several, so each uses its own before it says something. */
import { localeFor, localeOfPage } from "../../shared/words/languages.ts";
import { speak, spoken } from "../../shared/words/say.ts";
import { importWords } from "./import_words.ts";

interface MonitorLanguage {
  /**
   * Chooses a language, whose texts load once. English is used while they load, and where they cannot be loaded.
   *
   * @param tag BCP 47. Empty, or of a language without texts: the browser's.
   */
  choose(tag: string): Promise<void>;
  /** Makes it the language of what is said next. */
  use(): void;
}

/** @param changed called once after each choice, as soon as its texts are there or cannot be loaded. */
export function createLanguage(changed: () => void, load = importWords): MonitorLanguage {
  let chosen: string | null = null;
  let own = spoken();

  return {
    async choose(tag) {
      if (tag === chosen) return;
      chosen = tag;
      const { languages } = navigator;
      const locale = localeOfPage(tag, languages);
      const { language } = locale;
      own = { locale: localeFor("en", languages), words: {} };
      const words = language === "en" ? {} : await load(language).then((module) => module.default, () => null);
      if (tag !== chosen) return;
      if (words) own = { locale, words };
      changed();
    },
    use: () => speak(own),
  };
}
