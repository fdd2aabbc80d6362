/** Reads the events of a stream, from bytes in pieces of any length. */
import { JsonSkim, LARGE_JSON_BYTES } from "../../core/json/skim.ts";
import { parseJson } from "../json.ts";
import { ANSWER_FACTS, largeAnswer } from "./answer_facts.ts";
import { joined } from "./body_parts.ts";

/**
 * Receives the events: the JSON value of the data, `[DONE]`, or `undefined` for other data. A large value is skimmed.
 *
 * @param isError the event is named `error`.
 */
type OnEvent = (data: unknown, isSkimmed: boolean, isError: boolean) => void;

const LF = 10, CR = 13, OPENING = "{".charCodeAt(0);
const DATA = [..."data:"].map((letter) => letter.charCodeAt(0));
const EVENT_LETTER = "e".charCodeAt(0);

/** Longest line that is read as the name of an event. */
const MAX_NAME_BYTES = 64;
const BOM = [0xef, 0xbb, 0xbf];
const LINE_FEED = Uint8Array.of(LF);

const latin1 = new TextDecoder("latin1");

/**
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { EventReader } from "./event_reader.ts";
 *
 * const events: unknown[] = [];
 * const reader = new EventReader((data) => events.push(data));
 * for (const piece of ['data: {"n"', ':1}\r', '\n\r\ndata: [DONE]']) reader.push(new TextEncoder().encode(piece));
 * reader.end();
 * assert.deepEqual(events, [{ n: 1 }, "[DONE]"]);
 * ```
 */
export class EventReader {
  readonly #onEvent: OnEvent;
  /** Characters of {@link DATA} that the line has begun with; -1 for a line of another kind. */
  #matched = 0;
  #isLineEmpty = true;
  #wasCr = false;
  #hasData = false;
  /** The line so far, if it may name the event. */
  #name = "";
  #isError = false;
  /** A line end belongs to the data if another line of data follows. */
  #pendingBreak = false;
  /** Bytes of the byte order mark that may begin a stream. */
  #bom = 0;
  /** The event's data so far. */
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #skim: JsonSkim | null = null;

  constructor(onEvent: OnEvent) {
    this.#onEvent = onEvent;
  }

  push(bytes: Uint8Array): void {
    for (let at = this.#skipBom(bytes); at < bytes.length;) {
      const end = lineEnd(bytes, at);
      if (end > at) this.#readLine(bytes, at, end);
      if (end < bytes.length) this.#endLine(bytes[end]);
      at = end + 1;
    }
  }

  /** The stream has ended, perhaps inside an event. */
  end(): void {
    this.#endEvent();
  }

  #skipBom(bytes: Uint8Array): number {
    let at = 0;
    while (this.#bom < BOM.length && at < bytes.length) {
      if (bytes[at] === BOM[this.#bom]) this.#bom++, at++;
      else this.#bom = BOM.length;
    }
    return at;
  }

  #readLine(bytes: Uint8Array, from: number, to: number): void {
    let at = from;
    if (this.#isLineEmpty && this.#hasData) this.#pendingBreak = true;
    // Some providers send an error as bare JSON after their events.
    if (this.#isLineEmpty && !this.#hasData && bytes[at] === OPENING) this.#matched = DATA.length;
    this.#wasCr = false;
    this.#isLineEmpty = false;
    if (at < to && (this.#name || (this.#matched === 0 && bytes[at] === EVENT_LETTER))) this.#readName(bytes, at, to);
    while (at < to && this.#matched >= 0 && this.#matched < DATA.length) {
      this.#matched = bytes[at] === DATA[this.#matched] ? this.#matched + 1 : -1;
      at++;
    }
    if (this.#matched !== DATA.length) return;
    if (this.#pendingBreak) this.#take(LINE_FEED);
    this.#pendingBreak = false;
    this.#hasData = true;
    if (at < to) this.#take(bytes.subarray(at, to));
  }

  #readName(bytes: Uint8Array, from: number, to: number): void {
    if (this.#name.length < MAX_NAME_BYTES) {
      this.#name += latin1.decode(bytes.subarray(from, Math.min(to, from + MAX_NAME_BYTES)));
    }
  }

  #endLine(byte: number): void {
    const isSecondHalf = byte === LF && this.#wasCr;
    this.#wasCr = byte === CR;
    if (isSecondHalf) return;
    if (this.#name) this.#isError = isErrorName(this.#name);
    this.#name = "";
    if (this.#isLineEmpty) this.#endEvent();
    this.#isLineEmpty = true;
    this.#matched = 0;
  }

  #take(bytes: Uint8Array): void {
    this.#bytes += bytes.byteLength;
    if (this.#skim) return this.#skim.push(bytes);
    this.#parts.push(bytes);
    if (this.#bytes <= LARGE_JSON_BYTES) return;
    this.#skim = new JsonSkim(ANSWER_FACTS);
    for (const part of this.#parts) this.#skim.push(part);
    this.#parts = [];
  }

  #endEvent(): void {
    if (this.#skim) this.#onEvent(largeAnswer(this.#skim.end()), true, this.#isError);
    else if (this.#hasData) this.#onEvent(valueOf(latin1.decode(joined(this.#parts))), false, this.#isError);
    this.#parts = [];
    this.#bytes = 0;
    this.#skim = null;
    this.#hasData = this.#pendingBreak = this.#isError = false;
  }
}

/** Whether a line names its event `error`. */
export function isErrorName(line: string): boolean {
  return ERROR_NAME.test(line);
}

const ERROR_NAME = /^event: ?error\s*$/;

function valueOf(data: string): unknown {
  return data.trim() === "[DONE]" ? "[DONE]" : parseJson(data);
}

function lineEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== LF && bytes[at] !== CR) at++;
  return at;
}
