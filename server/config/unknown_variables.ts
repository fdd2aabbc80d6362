/** Names that look like settings and are none, with the setting that was probably meant. Loaded only when there is one. */
import { levenshteinDistance } from "deno-std/text/levenshtein_distance.js";
import { COMMAND_VARIABLES, VARIABLES } from "./variables.ts";

const KNOWN = [...Object.keys(VARIABLES), ...Object.keys(COMMAND_VARIABLES)];

/** A name with more wrong letters than a third of it is another name. */
const MAX_WRONG = 1 / 3;

/** Names that other programs give to a setting. */
const OTHER_NAMES: Record<string, string> = {
  OPENAI_API_BASE: "QUOTA_UPSTREAM_URL",
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
  // Other programs have variables that begin with OPENAI too.
  const known = name.startsWith("OPENAI_") ? KNOWN.filter((one) => one.startsWith("OPENAI_")) : KNOWN;
  const near = known.map((one) => ({ one, wrong: wrongLetters(name, one) })).toSorted((a, b) => a.wrong - b.wrong)[0];
  if (near.wrong <= Math.max(1, withoutPrefix(near.one).length * MAX_WRONG)) return near.one;
  return name === "" ? null : known.find((one) => one.startsWith(`${name}_`)) ?? null;
}

/** A prefix that is left out, or is the wrong one, is no wrong letter; letters that have changed places are one. */
function wrongLetters(name: string, known: string): number {
  if (name !== known && sorted(name) === sorted(known)) return 1;
  const [rest, restKnown] = [withoutPrefix(name), withoutPrefix(known)];
  return Math.min(levenshteinDistance(name, known), levenshteinDistance(rest, restKnown));
}

function sorted(text: string): string {
  return [...text].toSorted().join();
}

function withoutPrefix(name: string): string {
  return name.replace(/^(QUOTA|OPENAI)_/, "");
}

/** Names that are meant as settings, whatever they are near. */
const IS_MEANT = /^(QUOTA|OPENAI_(RATE|TOKEN)_)/i;

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
