/** Streams of JSON lines: one JSON value on each line. */
import { joined } from "./body_parts.ts";

const LF = 10, CR = 13, TAB = 9, SPACE = 32;

/** It precedes each value of `application/json-seq`. */
export const RECORD_SEPARATOR = 30;
const OPEN = "{".charCodeAt(0), CLOSE = "}".charCodeAt(0);
const DATA = new TextEncoder().encode("data: ");
const BREAK = Uint8Array.of(LF, LF);

/**
 * Rewrites lines as events, in pieces of any length, so that the reader of events reads them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { LinesAsEvents } from "./json_lines.ts";
 *
 * const lines = new LinesAsEvents();
 * const push = (text: string) => new TextDecoder().decode(lines.push(new TextEncoder().encode(text)));
 * assert.deepEqual([push('{"a":'), push('1}\n\n{"b"')], ['data: {"a":', '1}\n\ndata: {"b"']);
 * ```
 */
export class LinesAsEvents {
  #isLineStart = true;

  push(bytes: Uint8Array): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      if (this.#isLineStart) {
        at = skipBlank(bytes, at);
        if (at === bytes.length) break;
        parts.push(DATA);
      }
      const end = bytes.indexOf(LF, at);
      this.#isLineStart = end >= 0;
      parts.push(bytes.subarray(at, end < 0 ? bytes.length : end));
      if (end < 0) break;
      parts.push(BREAK);
      at = end + 1;
    }
    return joined(parts);
  }
}

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
      if (this.#last === 0) at = skipBlank(bytes, 0);
      const end = bytes.indexOf(LF, at);
      this.#keepLast(bytes, at, end < 0 ? bytes.length : end);
      if (end < 0) return null;
      if (this.#last !== CLOSE) return false;
      this.#hasFirst = true;
      at = end + 1;
    }
    at = skipBlank(bytes, at);
    return at === bytes.length ? null : bytes[at] === OPEN;
  }

  #keepLast(bytes: Uint8Array, from: number, to: number): void {
    let at = to;
    while (at > from && isBlank(bytes[at - 1])) at--;
    if (at > from) this.#last = bytes[at - 1];
  }
}

function skipBlank(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && isBlank(bytes[at])) at++;
  return at;
}

function isBlank(byte: number): boolean {
  return byte === LF || byte === CR || byte === SPACE || byte === TAB || byte === RECORD_SEPARATOR;
}
