/** The languages of the extension, and which of them a reader gets. */

export const LANGUAGES = ["en", "de", "fr", "es", "ja", "zh", "ar"] as const;

export type Language = typeof LANGUAGES[number];

/** The direction of a language's script. */
export function directionOf(language: Language): "ltr" | "rtl" {
  return language === "ar" ? "rtl" : "ltr";
}

/** What a reader chose: a language, or that of their browser. */
export type LanguageChoice = Language | "auto";

/** A language, and the BCP 47 tag whose region decides how numbers and times are written. */
export interface Locale {
  language: Language;
  tag: string;
}

/** English writes times of day with 24 hours, unless the reader's region does not. */
export const ENGLISH: Locale = { language: "en", tag: "en-GB" };

/**
 * The language for a reader: the chosen one, or the first of the browser's that exists here, or English. Numbers and times
 * are written as in the first region that the browser names for it.
 *
 * @param preferred BCP 47 tags, most wanted first.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { localeFor } from "./languages.ts";
 *
 * assert.deepEqual(localeFor("auto", ["pt-BR", "de-AT", "en"]), { language: "de", tag: "de-AT" });
 * assert.deepEqual(localeFor("fr", ["de-AT"]), { language: "fr", tag: "fr" });
 * assert.deepEqual(localeFor("auto", ["pt-BR"]), { language: "en", tag: "en-GB" });
 * ```
 */
export function localeFor(choice: LanguageChoice, preferred: readonly string[]): Locale {
  const isWanted = (locale: Locale | null) => locale && (choice === "auto" || locale.language === choice);
  return preferred.map(localeOf).find(isWanted) ?? localeOf(choice) ?? ENGLISH;
}

/**
 * The language for a part of a page: the page's own, or where it has no translation, as in {@link localeFor}. A page that
 * names no region leaves numbers and times to the reader's.
 *
 * @param tag BCP 47, or empty where the page names no language.
 * @param preferred as in {@link localeFor}.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { localeOfPage } from "./languages.ts";
 *
 * assert.deepEqual(localeOfPage("de", ["de-CH", "fr"]), { language: "de", tag: "de-CH" });
 * assert.deepEqual(localeOfPage("de-AT", ["de-CH"]), { language: "de", tag: "de-AT" });
 * assert.deepEqual(localeOfPage("pt-BR", ["fr-CA"]), { language: "fr", tag: "fr-CA" });
 * ```
 */
export function localeOfPage(tag: string, preferred: readonly string[]): Locale {
  const locale = localeFor("auto", [tag, ...preferred]);
  return tag.includes("-") ? locale : localeFor(locale.language, preferred);
}

function localeOf(tag: string): Locale | null {
  const code = tag.toLowerCase().split(/[-_]/, 1)[0];
  const language = LANGUAGES.find((language) => language === code);
  if (!language || !isTag(tag)) return null;
  return tag === "en" ? ENGLISH : { language, tag };
}

/** A browser's list may hold a text that `Intl` refuses. */
function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}
