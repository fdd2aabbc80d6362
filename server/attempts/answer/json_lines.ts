/** Finds several JSON values in an answer whose type does not tell them. */
import { joined } from "./body_parts.ts";
import { CLOSE, isBlank, LF, OPEN, skipSeparators, ValuesAsEvents } from "./values_as_events.ts";

/**
 * Finds JSON lines whose type does not tell them: a first line `{…}`, and a second line that begins with `{`. No single
 * JSON value contains that. It looks at the first line alone, and no further than the start of the second.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { SecondLine } from "./json_lines.ts";
 *
 * const probe = (text: string) => new SecondLine().push(new TextEncoder().encode(text));
 * assert.deepEqual([probe('{"a":1}\n{"a'), probe('{\n  "a": {}\n}'), probe('{"a":1}\n')], [true, false, null]);
 * ```
 */
export class SecondLine {
  /** The last byte of the first line so far that is not blank. */
  #last = 0;
  #hasFirst = false;

  /** @returns `null` while the bytes do not tell. */
  push(bytes: Uint8Array): boolean | null {
    let at = 0;
    if (!this.#hasFirst) {
      // Blank bytes may precede the first line.
      if (this.#last === 0) at = skipSeparators(bytes, 0);
      const end = bytes.indexOf(LF, at);
      this.#keepLast(bytes, at, end < 0 ? bytes.length : end);
      if (end < 0) return null;
      if (this.#last !== CLOSE) return false;
      this.#hasFirst = true;
      at = end + 1;
    }
    at = skipSeparators(bytes, at);
    return at === bytes.length ? null : bytes[at] === OPEN;
  }

  #keepLast(bytes: Uint8Array, from: number, to: number): void {
    let at = to;
    while (at > from && isBlank(bytes[at - 1])) at--;
    if (at > from) this.#last = bytes[at - 1];
  }
}

/** Whether a whole JSON value, and another one, are in a body. */
export function hasSeveralValues(parts: readonly Uint8Array[]): boolean {
  return scanned(parts).areSeveral;
}

/**
 * Whether a closing bracket is followed by an opening one, which a single value has only in its texts. This takes a tenth of
 * the time of {@link hasSeveralValues}.
 */
export function mayHaveSeveralValues(parts: readonly Uint8Array[]): boolean {
  const bytes = joined(parts);
  for (let at = bytes.indexOf(CLOSE); at >= 0; at = bytes.indexOf(CLOSE, at)) {
    at = skipSeparators(bytes, at + 1);
    if (bytes[at] === OPEN) return true;
  }
  return false;
}

/** Whether a body ends with a JSON value that is whole. */
export function endsWithValue(parts: readonly Uint8Array[]): boolean {
  return scanned(parts).isWhole;
}

function scanned(parts: readonly Uint8Array[]): ValuesAsEvents {
  const values = new ValuesAsEvents();
  for (const part of parts) values.push(part);
  return values;
}

/** The events of a text that has several JSON values; `null` for any other text. */
export function eventsOfValues(text: string): Uint8Array | null {
  if (!/^\s*[[{]/.test(text)) return null;
  const values = new ValuesAsEvents();
  const events = values.push(new TextEncoder().encode(text));
  return values.areSeveral ? events : null;
}
