/** A body that arrives in chunks (RFC 9112 §7.1). */
import type { Buffer } from "node:buffer";
import { afterExtensionCharacter, type ExtensionState, mayEndExtension } from "./chunk_extension.ts";
import { FieldReader, MalformedResponse, MAX_SECTION_BYTES } from "./fields.ts";

const CR = 13;
const LF = 10;
const SEMICOLON = 59;

/** Bytes of the line that says a chunk's size. */
const MAX_SIZE_LINE = 16 << 10;

/** Digits up to which a size needs no check: a number holds it exactly. */
const SAFE_DIGITS = 13;

type State = "size" | "extension" | "size_end" | "data" | "data_cr" | "data_lf" | "trailers" | "ended";

export class ChunkedBody {
  #state: State = "size";
  #extension: ExtensionState = "start";
  #size = 0;
  /** Bytes of the size line so far. */
  #line = 0;
  #trailers: Trailers | null = null;
  /** Where the data of the bytes that are being read is; nowhere if the end is negative. */
  #dataStart = 0;
  #dataEnd = -1;

  get ended(): boolean {
    return this.#state === "ended";
  }

  /**
   * Small chunks arrive many at a time. Their data is moved together over the lines between them, and shown once: to show
   * each would cost more than to receive it.
   */
  read(bytes: Buffer, from: number, onData: (data: Buffer) => void): number {
    let at = from;
    this.#dataEnd = -1;
    try {
      while (at < bytes.length && this.#state !== "ended") {
        if (this.#state === "data") at = this.#readData(bytes, at);
        else if (this.#state === "trailers") at = this.#readTrailers(bytes, at);
        else at = this.#readBetween(bytes, at);
      }
    } finally {
      // Data that precedes malformed bytes is shown, too.
      if (this.#dataEnd >= 0) onData(bytes.subarray(this.#dataStart, this.#dataEnd));
    }
    return at;
  }

  #readData(bytes: Buffer, from: number): number {
    const to = Math.min(bytes.length, from + this.#size);
    if (this.#dataEnd < 0) {
      this.#dataStart = from;
      this.#dataEnd = to;
    } else {
      bytes.copyWithin(this.#dataEnd, from, to);
      this.#dataEnd += to - from;
    }
    this.#size -= to - from;
    if (this.#size === 0) this.#state = "data_cr";
    return to;
  }

  /** The bytes between the data of two chunks mostly arrive in one piece; otherwise they are read one by one. */
  #readBetween(bytes: Buffer, at: number): number {
    if (this.#state === "data_cr" && bytes[at] === CR && bytes[at + 1] === LF) {
      this.#expectSize();
      return at + 2;
    }
    const end = this.#state === "size" && this.#line === 0 ? this.#readPlainSize(bytes, at) : at;
    if (end > at) return end;
    this.#step(bytes[at]);
    return at + 1;
  }

  /** Reads a whole size line that has no extension; returns its end, or `from` if the line is any other. */
  #readPlainSize(bytes: Buffer, from: number): number {
    let size = 0;
    let at = from;
    for (let digit = hexDigit(bytes[at]); digit >= 0 && at - from < SAFE_DIGITS; digit = hexDigit(bytes[++at])) {
      size = size * 16 + digit;
    }
    if (at === from || bytes[at] !== CR || bytes[at + 1] !== LF) return from;
    this.#size = size;
    this.#endSize();
    return at + 2;
  }

  #readTrailers(bytes: Buffer, from: number): number {
    if (!this.#trailers && bytes[from] === CR && bytes[from + 1] === LF) {
      this.#state = "ended";
      return from + 2;
    }
    this.#trailers ??= new Trailers();
    const end = this.#trailers.read(bytes.toString("latin1", from, from + MAX_SECTION_BYTES), 0);
    if (end < 0) return bytes.length;
    this.#state = "ended";
    return from + end;
  }

  #step(byte: number): void {
    if (this.#state === "size") this.#stepSize(byte);
    else if (this.#state === "extension") this.#stepExtension(byte);
    else if (this.#state === "data_cr" && byte === CR) this.#state = "data_lf";
    else if (this.#state === "size_end" && byte === LF) this.#endSize();
    else if (this.#state === "data_lf" && byte === LF) this.#expectSize();
    else throw malformed();
  }

  #stepSize(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) this.#size = this.#size * 16 + digit;
    else if (this.#line > 0 && byte === CR) this.#state = "size_end";
    else if (this.#line > 0 && byte === SEMICOLON) this.#beginExtension();
    else throw malformed();
    this.#countLine();
  }

  #stepExtension(byte: number): void {
    if (byte === CR && mayEndExtension(this.#extension)) this.#state = "size_end";
    else this.#extension = afterExtensionCharacter(this.#extension, String.fromCharCode(byte)) ?? fail();
    this.#countLine();
  }

  #countLine(): void {
    if (++this.#line > MAX_SIZE_LINE || !Number.isSafeInteger(this.#size)) throw malformed();
  }

  #beginExtension(): void {
    this.#state = "extension";
    this.#extension = "start";
  }

  #endSize(): void {
    this.#state = this.#size === 0 ? "trailers" : "data";
  }

  #expectSize(): void {
    this.#state = "size";
    this.#line = 0;
  }
}

const NOT_A_TRAILER = /^(?:content-length|transfer-encoding|connection):/i;

/** Trailers are read and dropped. They may not say how the body is framed, or what becomes of the connection (RFC 9110 §6.5.1). */
class Trailers extends FieldReader {
  protected override line(line: string): void {
    if (NOT_A_TRAILER.test(line)) throw malformed();
    super.line(line);
  }

  protected override canContinue(partial: string, closed: boolean): boolean {
    return !NOT_A_TRAILER.test(partial) && super.canContinue(partial, closed);
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

function fail(): never {
  throw malformed();
}

function malformed(): MalformedResponse {
  return new MalformedResponse("The chunks of the response are malformed");
}
