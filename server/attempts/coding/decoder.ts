/** Decodes a body while it arrives. */
import type { Transform } from "node:stream";
import { type Coding, createDecompressor } from "./codings.ts";

/** Parts of 16 KiB that are passed on before the event loop gets a turn. */
const PARTS_PER_TURN = 8;

/** What a body may decode to: this, and so many bytes for each of its own. Pictures and rows compress less. */
export const DECODED_BOUNDS = { max_bytes: 32 << 20, max_growth: 64 };

/** Receives the decoded parts, and one end. */
interface DecodedSink {
  data(part: Uint8Array): void;
  /** @param isWhole the body is complete, and encoded as it says. */
  end(isWhole: boolean): void;
}

/**
 * A body that grows too much is given up: its end is reported as not whole.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { gzipSync } from "node:zlib";
 * import { Decoder } from "./decoder.ts";
 *
 * const text = await new Promise((resolve) => {
 *   let text = "";
 *   const decoder = new Decoder(["gzip"], {
 *     data: (part) => text += new TextDecoder().decode(part),
 *     end: (isWhole) => resolve([text, isWhole]),
 *   });
 *   decoder.write(gzipSync("Hello"));
 *   decoder.end();
 * });
 * assert.deepEqual(text, ["Hello", true]);
 * ```
 */
export class Decoder {
  readonly #sink: DecodedSink;
  readonly #steps: DecodingStep[];
  readonly #max_bytes: number;
  readonly #max_growth: number;
  #read = 0;
  #made = 0;
  #parts = 0;
  #isDone = false;
  #isPaused = false;

  /** @param bounds bytes, and bytes for each byte read, up to which all steps together may grow. */
  constructor(codings: readonly Coding[], sink: DecodedSink, { max_bytes = Infinity, max_growth = 0 } = {}) {
    this.#sink = sink;
    this.#max_bytes = max_bytes;
    this.#max_growth = max_growth;
    this.#steps = codings.map((coding, at) =>
      new DecodingStep(coding, (part) => this.#pass(at, part), (isWhole) => this.#ended(at, isWhole))
    );
  }

  write(bytes: Uint8Array): void {
    if (this.#isDone || bytes.byteLength === 0) return;
    this.#read += bytes.byteLength;
    this.#steps[0].write(bytes);
  }

  /** The body has ended; or it was cut off, and what has arrived is decoded. */
  end(): void {
    if (!this.#isDone) this.#steps[0].end();
  }

  /** Bytes that wait to be decoded. */
  get waiting(): number {
    return this.#steps[0].waiting;
  }

  /** Stops passing parts on until {@link resume}. */
  pause(): void {
    this.#isPaused = true;
    this.#steps.at(-1)!.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#steps.at(-1)!.resume();
  }

  /** Gives up; the sink hears no more. */
  destroy(): void {
    this.#isDone = true;
    for (const step of this.#steps) step.destroy();
  }

  #pass(at: number, part: Uint8Array): void {
    if (this.#isDone) return;
    this.#made += part.byteLength;
    if (this.#made > this.#max_bytes + this.#max_growth * this.#read) return this.#done(false);
    if (at < this.#steps.length - 1) this.#steps[at + 1].write(part);
    else this.#sink.data(part);
    if (++this.#parts % PARTS_PER_TURN === 0 && !this.#isDone) this.#waitForTurn();
  }

  #waitForTurn(): void {
    this.#steps.at(-1)!.pause();
    setTimeout(() => {
      if (!this.#isPaused && !this.#isDone) this.#steps.at(-1)!.resume();
    }, 0);
  }

  #ended(at: number, isWhole: boolean): void {
    if (this.#isDone) return;
    if (!isWhole || at === this.#steps.length - 1) this.#done(isWhole);
    else this.#steps[at + 1].end();
  }

  #done(isWhole: boolean): void {
    this.destroy();
    this.#sink.end(isWhole);
  }
}

/** One coding of several. */
class DecodingStep {
  readonly #coding: Coding;
  readonly #onData: (part: Uint8Array) => void;
  readonly #onEnd: (isWhole: boolean) => void;
  #transform: Transform | null = null;

  constructor(coding: Coding, onData: (part: Uint8Array) => void, onEnd: (isWhole: boolean) => void) {
    this.#coding = coding;
    this.#onData = onData;
    this.#onEnd = onEnd;
  }

  write(bytes: Uint8Array): void {
    this.#transform ??= this.#open(bytes[0]);
    this.#transform.write(bytes);
  }

  end(): void {
    if (this.#transform) this.#transform.end();
    else this.#onEnd(true);
  }

  get waiting(): number {
    return this.#transform?.writableLength ?? 0;
  }

  pause(): void {
    this.#transform?.pause();
  }

  resume(): void {
    this.#transform?.resume();
  }

  destroy(): void {
    this.#transform?.destroy();
  }

  #open(first: number): Transform {
    const transform = createDecompressor(this.#coding, first);
    transform.on("data", this.#onData);
    transform.on("end", () => this.#onEnd(true));
    transform.on("error", () => this.#onEnd(false));
    return transform;
  }
}
