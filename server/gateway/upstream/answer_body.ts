/** The body of an HTTP/1.1 answer, taken out of the bytes as they come; nothing of it is held. */
import type { Buffer } from "node:buffer";
import type { Framing } from "./answer_head.ts";

/** Raised for bytes that are no body of that framing. */
export class MalformedAnswer extends Error {
  override name = "MalformedAnswer";
}

export interface AnswerBody {
  readonly ended: boolean;
  /**
   * Takes what is its own of `bytes`, from `from` on, and gives its data.
   *
   * @returns where what is not its own begins.
   * @throws {MalformedAnswer}
   */
  take(bytes: Buffer, from: number, give: (data: Buffer) => void): number;
}

/** The reader of a body that is framed so. */
export function answerBody(framing: Framing): AnswerBody {
  if (framing === "chunked") return new ChunkedBody();
  return new CountedBody(framing === "until_close" ? Infinity : framing);
}

/** As many bytes as was said; endless where the connection's end is the body's. */
class CountedBody implements AnswerBody {
  #left: number;

  constructor(length: number) {
    this.#left = length;
  }

  get ended(): boolean {
    return this.#left === 0;
  }

  take(bytes: Buffer, from: number, give: (data: Buffer) => void): number {
    const to = Math.min(bytes.length, from + this.#left);
    this.#left -= to - from;
    if (to > from) give(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to));
    return to;
  }
}

const CR = 13;
const LF = 10;
const SEMICOLON = 59;

/** What stands beside the data, at most: a chunk's extension, and all trailers together. */
const MOST_ASIDE = 16 << 10;

/** The largest chunk: 13 hexadecimal digits are as much as a number counts exactly. */
const MOST_DIGITS = 13;

type State = "size" | "extension" | "size_end" | "data" | "data_cr" | "data_lf" | "trailer" | "trailer_end" | "ended";

class ChunkedBody implements AnswerBody {
  #state: State = "size";
  #size = 0;
  #digits = 0;
  #aside = 0;
  /** Bytes in the trailer's line so far: an empty one ends the body. */
  #line = 0;

  get ended(): boolean {
    return this.#state === "ended";
  }

  take(bytes: Buffer, from: number, give: (data: Buffer) => void): number {
    let at = from;
    while (at < bytes.length && this.#state !== "ended") {
      if (this.#state === "data") at = this.#data(bytes, at, give);
      else at = this.#betweenData(bytes, at);
    }
    return at;
  }

  #data(bytes: Buffer, from: number, give: (data: Buffer) => void): number {
    const to = Math.min(bytes.length, from + this.#size);
    give(bytes.subarray(from, to));
    this.#size -= to - from;
    if (this.#size === 0) this.#state = "data_cr";
    return to;
  }

  /** What mostly stands between two chunks' data is there in one piece; the rest is read byte by byte. */
  #betweenData(bytes: Buffer, at: number): number {
    if (this.#state === "data_cr" && bytes[at] === CR && bytes[at + 1] === LF) {
      this.#state = "size";
      this.#digits = 0;
      return at + 2;
    }
    const after = this.#state === "size" && this.#digits === 0 ? this.#plainSize(bytes, at) : at;
    if (after > at) return after;
    this.#step(bytes[at]);
    return at + 1;
  }

  /** Takes a size that is followed by its line's end alone; tells where that ends, or `from` where it is not so. */
  #plainSize(bytes: Buffer, from: number): number {
    let size = 0;
    let at = from;
    for (let digit = hexDigit(bytes[at]); digit >= 0 && at - from < MOST_DIGITS; digit = hexDigit(bytes[++at])) {
      size = size * 16 + digit;
    }
    if (at === from || bytes[at] !== CR || bytes[at + 1] !== LF) return from;
    this.#size = size;
    this.#state = size === 0 ? "trailer" : "data";
    return at + 2;
  }

  #step(byte: number): void {
    switch (this.#state) {
      case "size":
        return this.#sizeByte(byte);
      case "extension":
        if (byte === CR) this.#state = "size_end";
        else if (byte === LF) throw malformed();
        return this.#passOver();
      case "size_end":
        if (byte !== LF) throw malformed();
        this.#state = this.#size === 0 ? "trailer" : "data";
        return;
      case "data_cr":
        if (byte !== CR) throw malformed();
        this.#state = "data_lf";
        return;
      case "data_lf":
        if (byte !== LF) throw malformed();
        this.#state = "size";
        this.#digits = 0;
        return;
      case "trailer":
        if (byte === CR) this.#state = "trailer_end";
        else if (byte === LF) throw malformed();
        else this.#line++;
        return this.#passOver();
      default:
        if (byte !== LF) throw malformed();
        this.#state = this.#line === 0 ? "ended" : "trailer";
        this.#line = 0;
    }
  }

  #sizeByte(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0 && this.#digits < MOST_DIGITS) {
      this.#size = this.#size * 16 + digit;
      this.#digits++;
    } else if (this.#digits > 0 && byte === CR) this.#state = "size_end";
    else if (this.#digits > 0 && (byte === SEMICOLON || byte === 32 || byte === 9)) this.#state = "extension";
    else throw malformed();
  }

  #passOver(): void {
    if (++this.#aside > MOST_ASIDE) throw malformed();
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

function malformed(): MalformedAnswer {
  return new MalformedAnswer("The chunks of the answer cannot be told apart");
}
