/** Names that look like settings and are none, with the setting that was probably meant. Loaded only when there is one. */
import { levenshteinDistance } from "deno-std/text/levenshtein_distance.js";
import { VARIABLES } from "./variables.ts";

/** A name with more wrong letters than a third of it is another name. */
const MAX_WRONG = 1 / 3;

/** The setting whose name is nearest to a text; `null` if none is near. */
function nearestVariable(text: string): string | null {
  const name = text.toUpperCase();
  const near = Object.keys(VARIABLES)
    .map((known) => ({ known, wrong: levenshteinDistance(name, known) }))
    .toSorted((a, b) => a.wrong - b.wrong)[0];
  return near.wrong <= Math.max(2, near.known.length * MAX_WRONG) && near.wrong < near.known.length / 2 + 1
    ? near.known
    : null;
}

/**
 * One sentence for a name that has no effect.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { unknownSentence } from "./unknown_variables.ts";
 *
 * assert.match(unknownSentence("QUOTA_MOD"), /did you mean QUOTA_MODE\?$/);
 * ```
 */
export function unknownSentence(name: string): string {
  const nearest = nearestVariable(name);
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
