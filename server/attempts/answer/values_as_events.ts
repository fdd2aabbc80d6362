/** Streams of JSON values, each on a line of its own or without anything between them. */
import { joined } from "./body_parts.ts";

export const LF = 10;
const CR = 13, TAB = 9, SPACE = 32, COMMA = 44, QUOTE = 34, BACKSLASH = 92;

/** It precedes each value of `application/json-seq`. */
export const RECORD_SEPARATOR = 30;
export const OPEN = "{".charCodeAt(0), CLOSE = "}".charCodeAt(0);
const DATA = new TextEncoder().encode("data: ");
const BREAK = Uint8Array.of(LF, LF);
const NEXT_LINE = joined([Uint8Array.of(LF), DATA]);

/**
 * Rewrites JSON values as events, in pieces of any length, so that the reader of events reads them. A value ends at its last
 * bracket, and a line that is no JSON at its end. A line that breaks off does not take the next one with it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ValuesAsEvents } from "./values_as_events.ts";
 *
 * const values = new ValuesAsEvents();
 * const push = (text: string) => new TextDecoder().decode(values.push(new TextEncoder().encode(text)));
 * assert.deepEqual([push('{"a":'), push('1}\n{"b"'), push(":2}{")], ['data: {"a":', '1}\n\ndata: {"b"', ":2}\n\ndata: {"]);
 * ```
 */
export class ValuesAsEvents {
  /** Brackets that are open. */
  #depth = 0;
  #isOpen = false;
  #isString = false;
  #isEscaped = false;
  /** A line has ended inside the value; the next one may be indented. */
  #isLineEnd = false;
  #isIndented = false;
  #begun = 0;
  #ended = 0;
  /** What the piece is rewritten to. */
  #parts: Uint8Array[] = [];

  /** Whether the last value is whole. */
  get isWhole(): boolean {
    return this.#ended > 0 && !this.#isOpen;
  }

  /** Whether a whole value was followed by another, which is an object or an array. */
  get areSeveral(): boolean {
    return this.#ended > 0 && this.#begun > 1;
  }

  push(bytes: Uint8Array): Uint8Array {
    this.#parts = [];
    for (let at = 0; at < bytes.length;) {
      at = this.#isOpen && !this.#isLineEnd ? this.#read(bytes, at) : this.#seek(bytes, at);
    }
    return joined(this.#parts);
  }

  /** Skips what separates values, or lines of a value. Returns the index of the next one. */
  #seek(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length && (isBlank(bytes[at]) || (!this.#isOpen && bytes[at] === COMMA))) {
      if (bytes[at] === RECORD_SEPARATOR) this.#end();
      this.#isIndented = bytes[at] === SPACE || bytes[at] === TAB;
      at++;
    }
    if (at < bytes.length) this.#begin(bytes[at]);
    return at;
  }

  #begin(byte: number): void {
    const isNext = this.#isOpen && byte === OPEN && !this.#isIndented;
    if (isNext) this.#end();
    this.#parts.push(this.#isOpen ? NEXT_LINE : DATA);
    if (!this.#isOpen && isOpening(byte)) this.#begun++;
    this.#isOpen = true;
    this.#isLineEnd = false;
  }

  #end(): void {
    if (this.#isOpen) this.#parts.push(BREAK);
    this.#isOpen =
      this.#isLineEnd =
      this.#isString =
      this.#isEscaped =
        false;
    this.#depth = 0;
  }

  /** Reads to the end of the value or of the line. Returns the index behind it. */
  #read(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length) {
      const byte = bytes[at];
      if (byte === LF || byte === RECORD_SEPARATOR) {
        this.#parts.push(bytes.subarray(from, at));
        this.#endLine(byte);
        return at + 1;
      }
      at++;
      if (!this.#isLast(byte)) continue;
      this.#parts.push(bytes.subarray(from, at));
      this.#ended++;
      this.#end();
      return at;
    }
    this.#parts.push(bytes.subarray(from));
    return at;
  }

  /** No string of JSON contains a line end. */
  #endLine(byte: number): void {
    if (byte === LF && this.#depth > 0 && !this.#isString) {
      this.#isLineEnd = true;
      this.#isIndented = false;
    } else this.#end();
  }

  /** Whether a byte is the last one of the value. */
  #isLast(byte: number): boolean {
    if (this.#isString) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === BACKSLASH) this.#isEscaped = true;
      else if (byte === QUOTE) this.#isString = false;
      return false;
    }
    if (byte === QUOTE) this.#isString = this.#depth > 0;
    else if (isOpening(byte)) this.#depth++;
    // `]` and `}` differ in one bit.
    else if ((byte | 0x20) === 0x7d && this.#depth > 0) return --this.#depth === 0;
    return false;
  }
}

/** An object or an array: their brackets differ in one bit. */
function isOpening(byte: number): boolean {
  return (byte | 0x20) === 0x7b;
}

/** The index of the first byte from there on that does not separate values. */
export function skipSeparators(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && isBlank(bytes[at])) at++;
  return at;
}

export function isBlank(byte: number): boolean {
  return byte === LF || byte === CR || byte === SPACE || byte === TAB || byte === RECORD_SEPARATOR;
}
