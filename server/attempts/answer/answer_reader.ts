/** Reads an answer for its attempt while it passes: as events or as a body, whichever it shows to be. */
import type { Attempt } from "../attempt.ts";
import { AnswerBody } from "./answer_body.ts";
import { type AnswerKind, isStreamed, kindOfStart, kindOfType, skipBlank } from "./answer_kind.ts";
import { joined } from "./body_parts.ts";
import { endsWithValue, hasSeveralValues, mayHaveSeveralValues, SecondLine } from "./json_lines.ts";
import { UsageChunkFilter } from "./usage_chunk_filter.ts";
import { CLOSE, OPEN, ValuesAsEvents } from "./values_as_events.ts";

const NOTHING: Uint8Array = new Uint8Array(0);

/**
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { AnswerReader } from "./answer_reader.ts";
 *
 * const reader = new AnswerReader(null, "application/json", true);
 * const push = (text: string) => new TextDecoder().decode(reader.push(new TextEncoder().encode(text)));
 * assert.equal(push("data: 1\n\n"), "data: 1\n\n");
 * assert.equal(push('data: {"choices":[],"usage":{"total_tokens":1}}\n\n'), "");
 * assert.equal(reader.kind, "events");
 * ```
 */
export class AnswerReader {
  readonly #attempt: Attempt | null;
  #kind: AnswerKind;
  /** The first bytes have shown the kind, or the type has. */
  #isDecided: boolean;
  /** The bytes until then. */
  #start: Uint8Array = NOTHING;
  #body: AnswerBody | null = null;
  /** Tells whether a JSON value is the first of several lines; `null` once that is known. */
  #second: SecondLine | null | undefined;
  /** The first part of JSON: most answers have no other, and need not be searched for lines while they pass. */
  #first: Uint8Array | null = null;
  /** The last byte of JSON so far; -1 once a bracket at the end of a part was no end of a value. */
  #last = 0;
  #values: ValuesAsEvents | undefined;
  #filter: UsageChunkFilter | null;

  /**
   * @param attempt `null` if another reader of the same answer reports to it.
   * @param type the content type; `null` if there is none.
   * @param hides_usage remove the usage chunk of a stream.
   */
  constructor(attempt: Attempt | null, type: string | null | undefined, hides_usage: boolean) {
    this.#attempt = attempt;
    this.#kind = kindOfType(type);
    this.#isDecided = this.#kind === "other";
    this.#filter = hides_usage && !this.#isDecided ? new UsageChunkFilter() : null;
  }

  get kind(): AnswerKind {
    return this.#kind;
  }

  /** Whether bytes may be removed, so that the length of the answer is not known. */
  get mayShorten(): boolean {
    return this.#filter !== null;
  }

  /** Reads bytes, and returns those that the caller gets now. */
  push(bytes: Uint8Array): Uint8Array {
    const hadStart = this.#start.length > 0;
    if (this.#isDecided) this.#read(bytes);
    else this.#decide(bytes);
    const isBlank = !this.#isDecided && !hadStart && this.#start.length === 0;
    if (!this.#filter || isBlank) return bytes;
    const passed = this.#filter.push(bytes);
    if (this.#kind === "events" || !this.#isDecided) return passed;
    // Only events have a usage chunk, so nothing is held.
    const held = this.#filter.end();
    this.#filter = null;
    return joined([passed, held]);
  }

  /** The answer has ended. Returns the last bytes that the caller gets; {@link settle} is called next. */
  end(): Uint8Array {
    return this.#filter?.end() ?? NOTHING;
  }

  /** The whole answer as a text, once it is settled, if it is JSON of ASCII characters alone; otherwise `null`. */
  get ascii(): string | null {
    return this.#body?.ascii ?? null;
  }

  /** Settles the attempt with what was read. */
  settle(): void {
    const value = this.#body?.value();
    if (value === undefined && this.#kind === "json") this.#settleValues();
    if (isStreamed(this.#kind)) this.#attempt?.streamEnded();
    else this.#attempt?.answered(value);
  }

  /** Several values, which came at one time or cut anywhere, are no JSON. */
  #settleValues(): void {
    const body = this.#body;
    if (body && !body.isLarge && hasSeveralValues(body.parts)) this.#becomeLines(body.parts);
  }

  /** A type of events or lines is believed, unless the first bytes differ: some providers send errors so. */
  #decide(bytes: Uint8Array): void {
    const start = this.#start === NOTHING ? bytes : joined([this.#start, bytes]);
    const kind = kindOfStart(start);
    this.#isDecided = kind !== null;
    if (this.#kind === "events" && kind !== "json") this.#attempt?.chunk(bytes);
    else if (kind !== null) {
      if (this.#kind !== "lines" || kind !== "json") this.#kind = kind;
      this.#read(start);
    }
    // Blank bytes mean nothing, and there may be very many of them.
    this.#start = this.#isDecided ? NOTHING : start.slice(skipBlank(start));
  }

  #read(bytes: Uint8Array): void {
    if (this.#kind === "events") this.#attempt?.chunk(bytes);
    else if (this.#kind === "lines") this.#readLines(bytes);
    else if (this.#kind === "json" && this.#attempt) this.#readJson(bytes);
  }

  #readLines(bytes: Uint8Array): void {
    const events = (this.#values ??= new ValuesAsEvents()).push(bytes);
    if (events.length > 0) this.#attempt?.chunk(events);
  }

  #readJson(bytes: Uint8Array): void {
    const body = this.#body ??= new AnswerBody();
    const wasLarge = body.isLarge;
    if (bytes[0] === OPEN && this.#last === CLOSE && !wasLarge && this.#isNextValue(body)) {
      return this.#becomeLines([...body.parts, bytes]);
    }
    body.add(bytes);
    if (this.#last >= 0) this.#last = bytes[bytes.length - 1];
    if (body.isLarge && !wasLarge && this.#hasSeveral([...body.parts, bytes])) return;
    if (this.#second === null) return;
    if (this.#second === undefined && this.#first === null) {
      this.#first = bytes;
      return;
    }
    const isLines = body.isLarge ? false : this.#isSecondLine(bytes);
    if (isLines !== null) this.#second = null;
    if (isLines) this.#becomeLines(body.parts);
  }

  /** A large body is not kept, so this is its last chance. */
  #hasSeveral(parts: Uint8Array[]): boolean {
    const areSeveral = mayHaveSeveralValues(parts) && hasSeveralValues(parts);
    if (areSeveral) this.#becomeLines(parts);
    return areSeveral;
  }

  /** Whether a part that begins as an object follows a value that is whole, and is not inside a text. */
  #isNextValue(body: AnswerBody): boolean {
    const isNext = endsWithValue(body.parts);
    if (!isNext) this.#last = -1;
    return isNext;
  }

  /** @returns `null` while the bytes do not tell. */
  #isSecondLine(bytes: Uint8Array): boolean | null {
    const second = this.#second ??= new SecondLine();
    const before = this.#first === null ? null : second.push(this.#first);
    this.#first = null;
    return before ?? second.push(bytes);
  }

  #becomeLines(parts: readonly Uint8Array[]): void {
    this.#kind = "lines";
    for (const part of parts) this.#readLines(part);
    this.#body = null;
  }
}
