/** What is done with the bytes of a body while they pass. */
import type { Attempt } from "../../attempts/attempt.ts";
import { HiddenUsage } from "../../attempts/answer/hidden_usage.ts";
import { readFailed } from "./read_failed.ts";

export interface ByteTap {
  /** What the caller gets of a chunk. */
  pass(chunk: Uint8Array): Uint8Array;
  /** The body has ended; what the caller still gets. */
  end(): Uint8Array;
  /** The caller has stopped reading. */
  left(): void;
  failed(error: unknown): void;
}

/** An event stream. Its attempt is `null` where another reader tells. */
export class StreamTap implements ByteTap {
  readonly #attempt: Attempt | null;
  readonly #hidden: HiddenUsage | null;

  constructor(attempt: Attempt | null, hides_usage: boolean) {
    this.#attempt = attempt;
    this.#hidden = hides_usage ? new HiddenUsage() : null;
  }

  pass(chunk: Uint8Array): Uint8Array {
    this.#attempt?.chunk(chunk);
    return this.#hidden ? this.#hidden.push(chunk) : chunk;
  }

  end(): Uint8Array {
    this.#attempt?.streamEnded();
    return this.#hidden?.end() ?? NOTHING;
  }

  left(): void {
    this.#attempt?.aborted();
  }

  failed(error: unknown): void {
    if (this.#attempt) readFailed(this.#attempt, error);
  }
}

/** JSON past this is not collected: a small body may unpack into a very large one. */
const MOST_COLLECTED_BYTES = 8 << 20;

/** Kept of the end of what is larger: usage is there. */
const TAIL_BYTES = 64 << 10;

/** Any other body, read in pieces. What is no JSON tells nothing. */
export class BodyTap implements ByteTap {
  readonly #attempt: Attempt | null;
  readonly #collects: boolean;
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #kept = 0;

  constructor(attempt: Attempt | null, isJson: boolean) {
    this.#attempt = attempt;
    this.#collects = isJson && attempt !== null;
  }

  pass(chunk: Uint8Array): Uint8Array {
    if (!this.#collects) return chunk;
    this.#parts.push(chunk);
    this.#bytes += chunk.byteLength;
    this.#kept += chunk.byteLength;
    if (this.#bytes > MOST_COLLECTED_BYTES) this.#trim();
    return chunk;
  }

  end(): Uint8Array {
    // As Latin-1: a cut inside a character harms nothing that is looked for.
    const text = this.#parts.map((part) => latin1.decode(part)).join("");
    if (this.#bytes > MOST_COLLECTED_BYTES) this.#attempt?.largeBody(text);
    else this.#attempt?.body(text);
    return NOTHING;
  }

  #trim(): void {
    while (this.#kept - this.#parts[0].byteLength > TAIL_BYTES) this.#kept -= this.#parts.shift()!.byteLength;
  }

  left(): void {
    this.#attempt?.aborted();
  }

  failed(error: unknown): void {
    if (this.#attempt) readFailed(this.#attempt, error);
  }
}

const latin1 = new TextDecoder("latin1");
const NOTHING = new Uint8Array(0);
