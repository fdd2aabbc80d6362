/** The languages of the extension, and which of them a reader gets. */

/** Each with its own name for itself. */
export const LANGUAGES = {
  en: "English",
  de: "Deutsch",
  fr: "Français",
  es: "Español",
  ja: "日本語",
  zh: "简体中文",
  ar: "العربية",
} as const;

export type Language = keyof typeof LANGUAGES;

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
  const known = preferred.map(localeOf).filter((locale) => locale !== null);
  if (choice === "auto") return known[0] ?? ENGLISH;
  return known.find(({ language }) => language === choice) ?? localeOf(choice)!;
}

function localeOf(tag: string): Locale | null {
  const language = tag.toLowerCase().split(/[-_]/, 1)[0];
  if (!isLanguage(language) || !isTag(tag)) return null;
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

/** Whether a text is the code of a language here. */
function isLanguage(text: string): text is Language {
  return Object.hasOwn(LANGUAGES, text);
}
