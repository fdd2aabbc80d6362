/**
 * The texts that a reader sees, in their language. The code has the English ones; a catalog has another language's by their
 * English, and is loaded only for its readers.
 */
import { directionOf, ENGLISH, type Language, type Locale } from "./languages.ts";
import type { Text } from "./texts.ts";

/** A text, or its forms by the plural categories of `Intl.PluralRules`. */
type Said = string | Readonly<Record<string, string>>;

/** A language's texts by their English. */
export type Words = Readonly<Record<string, Said>>;

/** A language with its texts. */
export interface Spoken {
  locale: Locale;
  /** None for English. */
  words: Words;
}

/** The names of the values that a text has in braces: `host` in `Cannot reach {host}`. */
type NamesIn<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

type Values = Readonly<Record<string, string | number>>;

/** The values for a text; none where it names none. */
type ValuesOf<T extends string> = [NamesIn<T>] extends [never] ? [] : [Readonly<Record<NamesIn<T>, string | number>>];

/** Around a value in a language from right to left, so that names and addresses keep their own direction. */
const [ISOLATE, ISOLATE_RTL, END_ISOLATE] = ["\u2068", "\u2067", "\u2069"];

const NUMBERS = {
  /** `28,456,789`. */
  full: {},
  /** `28.45M`: rounded down, so that it never reads as more. */
  compact: { notation: "compact", maximumFractionDigits: 2, roundingMode: "floor" },
} as const satisfies Record<string, Intl.NumberFormatOptions & { roundingMode?: "floor" }>;

let current: Spoken = { locale: ENGLISH, words: {} };
let formats: Partial<Record<keyof typeof NUMBERS, Intl.NumberFormat>> = {};

/** The language in use, for another script of the same page. */
export function spoken(): Spoken {
  return current;
}

/** The language in use, for `Intl`. */
export function currentLocale(): Locale {
  return current.locale;
}

/** The language in use and its direction, as attributes of an element. */
export function languageAttributes(): { lang: Language; dir: "ltr" | "rtl" } {
  const { language } = current.locale;
  return { lang: language, dir: directionOf(language) };
}

/** Uses a language from now on. A text that it lacks is said in English. */
export function speak(next: Spoken): void {
  if (next !== current) [current, formats] = [next, {}];
}

/**
 * A text in the language in use.
 *
 * @param text the English text, which names its values in braces. Where it has another meaning than elsewhere, the place
 * follows after a bar, which is not said: `now|badge`.
 * @param values a number is written as the language does.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { say } from "./say.ts";
 *
 * assert.equal(say("Cannot reach {host}", { host: "quota.acme.dev" }), "Cannot reach quota.acme.dev");
 * ```
 */
export function say<T extends Text>(text: T, ...[values]: ValuesOf<T>): string {
  return filled(current.words[text] ?? text.split("|", 1)[0], values);
}

/**
 * A text that depends on a number, which it names `{count}`.
 *
 * @param one the English text for one; the catalogs have the forms of the other.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sayCount } from "./say.ts";
 *
 * assert.equal(sayCount(1, "{count} more", "{count} more"), "1 more");
 * ```
 */
export function sayCount<T extends Text>(
  count: number,
  one: string,
  other: T,
  ...[values]: [Exclude<NamesIn<T>, "count">] extends [never] ? []
    : [Readonly<Record<Exclude<NamesIn<T>, "count">, string | number>>]
): string {
  return filled(current.words[other] ?? { one, other }, { ...values, count });
}

/** Parts of a line, with the comma of the language: `59 % left, frees up in 12 s`. */
export function listText(parts: readonly string[]): string {
  return parts.reduce((first, second) => say("{first}, {second}", { first, second }));
}

/** A number as the language writes it. */
export function numberText(number: number, format: keyof typeof NUMBERS = "full"): string {
  // The first number format of a page takes milliseconds (P10), and a pill shows only small numbers.
  if (isPlain(number)) return String(number);
  // Some regions of English write a million as `m`.
  const tag = format === "compact" && current.locale.language === "en" ? "en" : current.locale.tag;
  return (formats[format] ??= new Intl.NumberFormat(tag, NUMBERS[format])).format(number);
}

/** Whether a count is written in the same way in every language: small, whole, and not in Arabic, whose digits differ. */
function isPlain(count: number): boolean {
  return count < 1000 && count % 1 === 0 && current.locale.language !== "ar";
}

function filled(said: Said, values: Values = {}): string {
  const text = typeof said === "string" ? said : formFor(said, Number(values.count));
  return text.replace(/\{(\w+)\}/g, (name, key: string) => valueText(values[key] ?? name));
}

function formFor(forms: Readonly<Record<string, string>>, count: number): string {
  return forms[new Intl.PluralRules(current.locale.tag).select(count)] ?? forms.other;
}

function valueText(value: string | number): string {
  if (typeof value === "number") return numberText(value);
  if (value === "" || directionOf(current.locale.language) === "ltr") return value;
  // A text made of isolated values has no direction of its own: it is one in the reader's language.
  return (value.includes(ISOLATE) ? ISOLATE_RTL : ISOLATE) + value + END_ISOLATE;
}
