/**
 * Removes the usage chunk, an event with a usage and no choice, from a stream whose caller did not request it. All other bytes
 * pass unchanged, errors among them. Only an incomplete event is held until its end arrives.
 */
import { isObject, parseJson } from "../json.ts";
import { BodyParts, joined } from "./body_parts.ts";
import { errorValue } from "./error_places.ts";
import { eventText, normalized } from "./stream_copy.ts";
import { countsIn } from "../usage/usage_places.ts";

const latin1 = new TextDecoder("latin1");
const NOTHING: Uint8Array = new Uint8Array(0);
const HAS_CHOICE = /"choices"\s*:\s*\[\s*\{/;
const BLANK_LINE = /(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)/g;

/** If an incomplete event exceeds this, the rest of the stream passes unfiltered. */
const MAX_HELD_BYTES = 2 << 20;

/** A usage chunk has more bytes. */
const MIN_USAGE_BYTES = 'data:{"usage":{}}'.length;

export class UsageChunkFilter {
  /** The parts of an incomplete event. */
  #held = new BodyParts();
  /** The last whole event ended in CR. An LF that follows belongs to it, and is shown or hidden with it. */
  #endedInCr: "shown" | "hidden" | null = null;
  #hides = true;

  /** Returns the bytes that can be passed on. */
  push(chunk: Uint8Array): Uint8Array {
    if (!this.#hides || chunk.byteLength === 0) return chunk;
    const ended = this.#endedInCr;
    if (ended === null) return this.#pass(chunk);
    this.#endedInCr = null;
    if (chunk[0] !== LF) return this.#pass(chunk);
    const passed = this.#pass(chunk.subarray(1));
    return ended === "hidden" ? passed : joined([chunk.subarray(0, 1), passed]);
  }

  /** Returns an incomplete event when the stream ends. */
  end(): Uint8Array {
    return this.#held.bytes === 0 ? NOTHING : this.#withoutUsage(this.#release());
  }

  /** Passes whole events and holds an incomplete one. */
  #pass(bytes: Uint8Array): Uint8Array {
    const end = this.#held.bytes === 0 ? lastBoundary(bytes) : this.#lastBoundary(bytes);
    if (end <= 0) return this.#hold(bytes);
    const whole = end === bytes.byteLength ? bytes : bytes.subarray(0, end);
    const passed = this.#withoutUsage(this.#held.bytes === 0 ? whole : this.#release(whole));
    if (end === bytes.byteLength) return passed;
    const rest = this.#hold(bytes.subarray(end));
    return rest === NOTHING ? passed : joined([passed, rest]);
  }

  #hold(bytes: Uint8Array): Uint8Array {
    if (bytes.byteLength === 0) return NOTHING;
    if (this.#held.bytes === 0 && isIdle(bytes)) return bytes;
    this.#held.add(bytes);
    if (this.#held.bytes <= MAX_HELD_BYTES) return NOTHING;
    this.#hides = false;
    return this.#release();
  }

  /** The held bytes, with those that follow. */
  #release(following = NOTHING): Uint8Array {
    const bytes = joined([...this.#held.parts, following]);
    this.#held = new BodyParts();
    return bytes;
  }

  /** Includes the last two held bytes, because the blank line that ends an event may be split, too. */
  #lastBoundary(bytes: Uint8Array): number {
    const { parts } = this.#held;
    const tail = joined(parts.slice(-2).map((part) => part.subarray(-2))).subarray(-2);
    return lastBoundary(joined([tail, bytes])) - tail.byteLength;
  }

  #withoutUsage(bytes: Uint8Array): Uint8Array {
    if (bytes[bytes.byteLength - 1] === CR) this.#endedInCr = "shown";
    if (!hasUsage(bytes)) return bytes;
    const text = latin1.decode(bytes);
    const kept: Uint8Array[] = [];
    let from = 0;
    for (let start = 0, end = 0; start < bytes.byteLength; start = end) {
      end = nextBoundary(text, start);
      if (end - start < MIN_USAGE_BYTES || !isUsageEvent(text.slice(start, end))) continue;
      kept.push(bytes.subarray(from, start));
      from = end;
      if (end === bytes.byteLength && this.#endedInCr) this.#endedInCr = "hidden";
    }
    return joined([...kept, bytes.subarray(from)]);
  }
}

/** Whether an object follows `usage"` and a colon. A check before decoding, which would cost ten times as much for every chunk. */
function hasUsage(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(OPENING, MIN_USAGE_BYTES - 3); at >= 0; at = bytes.indexOf(OPENING, at + 1)) {
    const colon = lastVisible(bytes, at - 1);
    if (bytes[colon] !== COLON) continue;
    const quote = lastVisible(bytes, colon - 1);
    if (bytes[quote] === QUOTE && USAGE.every((letter, index) => bytes[quote - USAGE.length + index] === letter)) {
      return true;
    }
  }
  return false;
}

/** The last position up to `at` of a byte that is not a space, tab or line end. */
function lastVisible(bytes: Uint8Array, at: number): number {
  let last = at;
  while (last >= 0 && bytes[last] <= SPACE) last--;
  return last;
}

/** Azure's first chunk has empty choices but no usage, and must pass. */
function isUsageEvent(text: string): boolean {
  if (!text.includes("usage") || HAS_CHOICE.test(text)) return false;
  const { data, isError } = eventText(normalized(text));
  const event = parseJson(data);
  if (isError || !isObject(event) || !isWithoutChoice(event) || errorValue(event, "chat/completions") !== undefined) {
    return false;
  }
  return isObject(event.usage) || countsIn(event) !== null;
}

/** No choice at all means a usage chunk only if the event is a chunk. */
function isWithoutChoice({ choices, object }: Record<string, unknown>): boolean {
  if (choices === undefined) return object === "chat.completion.chunk" || object === "text_completion";
  return choices === null || (Array.isArray(choices) && choices.length === 0);
}

/** Whether bytes are empty lines and comments, each complete: they keep the connection open, and begin no usage chunk. */
function isIdle(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) {
    if (isLineEnd(bytes[at])) continue;
    if (bytes[at] !== COLON) return false;
    while (at < bytes.length && !isLineEnd(bytes[at])) at++;
    if (at === bytes.length) return false;
  }
  return true;
}

/** The end of the last whole event; 0 if there is none. */
function lastBoundary(bytes: Uint8Array): number {
  for (let at = bytes.byteLength; at >= 2; at--) {
    if (isLineEnd(bytes[at - 1]) && endsBlankLine(bytes, at)) return at;
  }
  return 0;
}

function endsBlankLine(bytes: Uint8Array, at: number): boolean {
  const before = bytes[at - 1] === LF && bytes[at - 2] === CR ? at - 2 : at - 1;
  return before > 0 && isLineEnd(bytes[before - 1]);
}

/** The end of the event that begins at `start`. */
function nextBoundary(text: string, start: number): number {
  BLANK_LINE.lastIndex = start;
  return BLANK_LINE.test(text) ? BLANK_LINE.lastIndex : text.length;
}

const LF = 10, CR = 13, SPACE = 32, QUOTE = 34, COLON = 58, OPENING = 123;
const USAGE = [..."usage"].map((letter) => letter.charCodeAt(0));

function isLineEnd(byte: number): boolean {
  return byte === LF || byte === CR;
}
