import type { Language } from "../../shared/words/languages.ts";
import type { Words } from "../../shared/words/say.ts";

/** A module with the texts of a language. */
interface WordsModule {
  default: Words;
}

/**
 * Loads the texts of a language from the package's folder `words`. The package names each file in place of the template, so
 * that the bundler of a page finds them.
 */
export function importWords(language: Language): Promise<WordsModule> {
  return import(`./words/${language}.js`);
}
