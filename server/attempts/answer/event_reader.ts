/** Reads the events of a stream, from bytes in pieces of any length. */
import { JsonSkim, LARGE_JSON_BYTES } from "../../core/json/skim.ts";
import { parseJson } from "../json.ts";
import { ANSWER_FACTS } from "./answer_facts.ts";
import { joined } from "./body_parts.ts";

/** Receives the events: the JSON value of the data, `[DONE]`, or `undefined` for other data. A large value is skimmed. */
type OnEvent = (data: unknown, isSkimmed: boolean) => void;

const LF = 10, CR = 13;
const DATA = [..."data:"].map((letter) => letter.charCodeAt(0));
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
    this.#wasCr = false;
    this.#isLineEmpty = false;
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

  #endLine(byte: number): void {
    const isSecondHalf = byte === LF && this.#wasCr;
    this.#wasCr = byte === CR;
    if (isSecondHalf) return;
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
    if (this.#skim) this.#onEvent(this.#skim.end(), true);
    else if (this.#hasData) this.#onEvent(valueOf(latin1.decode(joined(this.#parts))), false);
    this.#parts = [];
    this.#bytes = 0;
    this.#skim = null;
    this.#hasData = this.#pendingBreak = false;
  }
}

function valueOf(data: string): unknown {
  return data.trim() === "[DONE]" ? "[DONE]" : parseJson(data);
}

function lineEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== LF && bytes[at] !== CR) at++;
  return at;
}
