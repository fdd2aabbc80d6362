/** The language that the reader wants, with its texts from the extension's own files. */
import { type LanguageChoice, localeFor } from "../../shared/words/languages.ts";
import { languageAttributes, speak, type Spoken } from "../../shared/words/say.ts";

/**
 * Uses the chosen language in this script.
 *
 * @param choice a language, or `auto` for the browser's.
 */
export async function speakChosen(choice: LanguageChoice): Promise<void> {
  speak(await spokenFor(choice));
}

/** Uses the chosen language in a page of the extension. Resolves before the page draws its first view. */
export async function speakInPage(choice: LanguageChoice): Promise<void> {
  speakHere(await spokenFor(choice));
}

/** Uses a language in a page of the extension, which is drawn again afterwards. */
export function speakHere(spoken: Spoken): void {
  speak(spoken);
  Object.assign(document.documentElement, languageAttributes());
}

/** A language with its texts. Where the file cannot be read, the texts are English and the numbers are the reader's. */
export async function spokenFor(choice: LanguageChoice): Promise<Spoken> {
  const locale = localeFor(choice, navigator.languages);
  const { language } = locale;
  if (language === "en") return { locale, words: {} };
  try {
    const response = await fetch(`/words/${language}.json`);
    return { locale, words: await response.json() };
  } catch {
    return { locale: localeFor("en", navigator.languages), words: {} };
  }
}
