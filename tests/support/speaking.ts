/** Another language for one test. */
import { localeFor } from "../../shared/words/languages.ts";
import { speak, spoken, type Words } from "../../shared/words/say.ts";

/** @param tag BCP 47; when the scope ends, the language is English again. */
export function speaking(tag: string, words: Words = {}): Disposable {
  const before = spoken();
  speak({ locale: localeFor("auto", [tag]), words });
  return { [Symbol.dispose]: () => speak(before) };
}
