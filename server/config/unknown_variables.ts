/** Names that look like settings and are none, with the setting that was probably meant. Loaded only when there is one. */
import { levenshteinDistance } from "deno-std/text/levenshtein_distance.js";
import { COMMAND_VARIABLES, VARIABLES } from "./variables.ts";

const PREFIXES = ["QUOTA", "OPENAI"] as const;

/** Words that are near a prefix, and begin the variables of other programs. */
const OTHER_WORDS = new Set(["QUOTE", "QUOTES", "QUORA", "OPENAPI"]);

/** The settings by their names without separators and prefix. */
const KNOWN = [...Object.keys(VARIABLES), ...Object.keys(COMMAND_VARIABLES)].map((name) => ({ name, ...parts(name) }));

/** A name with more wrong letters than a third of it is another name. */
const MAX_WRONG = 1 / 3;

/** Names that other programs give to a setting. */
const OTHER_NAMES: Record<string, string> = {
  OPENAI_API_BASE: "QUOTA_UPSTREAM_URL",
  OPENAI_API_BASE_URL: "QUOTA_UPSTREAM_URL",
  OPENAI_API_URL: "QUOTA_UPSTREAM_URL",
  OPENAI_URL: "QUOTA_UPSTREAM_URL",
  OPENAI_KEY: "OPENAI_API_KEY",
  OPENAI_TOKEN: "OPENAI_API_KEY",
  QUOTA_DB: "QUOTA_STORE",
  QUOTA_TZ: "QUOTA_TIMEZONE",
};

/** The setting whose name is nearest to a text; `null` if none is near. */
function nearestVariable(text: string): string | null {
  const name = text.toUpperCase().replaceAll(/[-. ]/g, "_");
  if (Object.hasOwn(OTHER_NAMES, name)) return OTHER_NAMES[name];
  const { prefix, rest } = parts(name);
  // Other programs have variables that begin with OPENAI too, also with the name of a setting and more.
  const known = prefix === "OPENAI" ? KNOWN.filter((one) => one.prefix === prefix) : KNOWN;
  if (rest === "" || known.some((one) => one.prefix === "OPENAI" && name.startsWith(`${one.name}_`))) return null;
  const near =
    known.map((one) => ({ ...one, wrong: wrongLetters(rest, one.rest) })).toSorted((a, b) => a.wrong - b.wrong)[0];
  if (near.wrong <= Math.max(1, near.rest.length * MAX_WRONG)) return near.name;
  const start = name.replace(/S$/, "");
  return known.find((one) => one.name.startsWith(`${start}_`))?.name ?? null;
}

/** Letters that have changed places are one wrong letter. */
function wrongLetters(name: string, known: string): number {
  return name !== known && sorted(name) === sorted(known) ? 1 : levenshteinDistance(name, known);
}

function sorted(text: string): string {
  return [...text].toSorted().join();
}

/** A name without separators: its prefix, which may be misspelled or missing, and the rest. */
function parts(name: string): { prefix: (typeof PREFIXES)[number] | null; rest: string } {
  const joined = name.replaceAll("_", "");
  const [first] = name.split("_", 1);
  for (const prefix of PREFIXES) {
    if (isPrefix(first, prefix)) return { prefix, rest: joined.slice(first.length) };
    const start = joined.slice(0, prefix.length);
    if (sorted(start) === sorted(prefix)) return { prefix, rest: joined.slice(prefix.length) };
  }
  return { prefix: null, rest: joined };
}

function isPrefix(word: string, prefix: string): boolean {
  return !OTHER_WORDS.has(word) && word.length > 3 && wrongLetters(word, prefix) <= 1;
}

/** Names that are meant as settings, whatever they are near. */
const IS_MEANT = /^(QUOTA[_.-]|OPENAI_(RATE|TOKEN)_)/i;

/**
 * One sentence for a name that has no effect.
 *
 * @returns `null` for a name that may be another program's.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { unknownSentence } from "./unknown_variables.ts";
 *
 * assert.match(unknownSentence("QUOTA_MOD")!, /did you mean QUOTA_MODE\?$/);
 * assert.equal(unknownSentence("OPENAI_DEFAULT_ASSISTANT"), null);
 * ```
 */
export function unknownSentence(name: string): string | null {
  const nearest = nearestVariable(name);
  if (nearest === null && !IS_MEANT.test(name)) return null;
  return `${name} is not a setting, so it has no effect${nearest === null ? "" : `: did you mean ${nearest}?`}`;
}

/**
 * One sentence for a line of `.env` that sets nothing. The line is not shown, because it may be a key.
 *
 * @param line counted from 1.
 */
export function ignoredSentence(line: number, text: string): string {
  const nearest = nearestVariable(/^\s*(?:export\s+)?([A-Za-z_]\w*)/.exec(text)?.[1] ?? "");
  return `Line ${line} of .env has no "=", so it has no effect: write ${nearest ?? "NAME"}=value`;
}
