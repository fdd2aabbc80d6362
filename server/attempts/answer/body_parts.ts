/** Keeps the bytes of a body that usage is read from: all of a small body, the end of a large one. */

/** Bytes kept of the end of a large body, where the usage is. */
export const TAIL_BYTES = 64 << 10;

/**
 * Keeps references to the parts of a body, without copying bytes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BodyParts } from "./body_parts.ts";
 *
 * const copy = new BodyParts(1000);
 * copy.add(new Uint8Array(600));
 * assert.equal(copy.isLarge, false);
 * copy.add(new Uint8Array(600));
 * assert.equal(copy.isLarge, true);
 * ```
 */
export class BodyParts<Part extends Uint8Array> {
  readonly #max_bytes: number;
  readonly #tail_bytes: number;
  /** The first `#start` parts are dropped. */
  #parts: (Part | null)[] = [];
  #start = 0;
  #received = 0;
  #kept = 0;

  /**
   * @param max_bytes the size up to which a body is small.
   * @param tail_bytes kept of the end of a large one.
   */
  constructor(max_bytes: number, tail_bytes = TAIL_BYTES) {
    this.#max_bytes = max_bytes;
    this.#tail_bytes = tail_bytes;
  }

  /** Adds the next part, after dropping what a large body no longer needs. The part that makes a body large drops none. */
  add(part: Part): void {
    if (this.isLarge) this.#dropOldest();
    this.#parts.push(part);
    this.#received += part.byteLength;
    this.#kept += part.byteLength;
  }

  get isLarge(): boolean {
    return this.#received > this.#max_bytes;
  }

  /** All parts of a small body; the last parts of a large one, `tail_bytes` or more together. */
  get parts(): readonly Part[] {
    const parts = this.#start === 0 ? this.#parts : this.#parts.slice(this.#start);
    return parts as Part[];
  }

  /** Advances an index, because `shift()` moves the whole array. */
  #dropOldest(): void {
    const parts = this.#parts;
    while (this.#kept - parts[this.#start]!.byteLength > this.#tail_bytes) {
      this.#kept -= parts[this.#start]!.byteLength;
      parts[this.#start++] = null;
    }
    // Compact only when at least half the array is dropped, so that moving costs a constant per part.
    if (this.#start * 2 < parts.length) return;
    this.#parts = parts.slice(this.#start);
    this.#start = 0;
  }
}
