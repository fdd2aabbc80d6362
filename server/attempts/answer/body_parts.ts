/** A copy of a body, from which usage is read: complete while the body is small, only its end once it is large. */

/** Kept of the end of a large body: the usage is there. */
export const TAIL_BYTES = 64 << 10;

/**
 * Keeps references to the parts of a body as they pass.
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
  /** The first `#start` are dropped. */
  #parts: (Part | null)[] = [];
  #start = 0;
  #received = 0;
  #kept = 0;

  /** @param max_bytes size up to which a body is small. */
  constructor(max_bytes: number) {
    this.#max_bytes = max_bytes;
  }

  /** Adds the next part. Parts of a large body are dropped here only, so the one that makes it large drops none. */
  add(part: Part): void {
    if (this.isLarge) this.#dropOldest();
    this.#parts.push(part);
    this.#received += part.byteLength;
    this.#kept += part.byteLength;
  }

  get isLarge(): boolean {
    return this.#received > this.#max_bytes;
  }

  /** All parts of a small body; of a large one the last parts, at least {@link TAIL_BYTES}. */
  get parts(): readonly Part[] {
    const parts = this.#start === 0 ? this.#parts : this.#parts.slice(this.#start);
    return parts as Part[];
  }

  /** Advances an index: `shift()` would move the whole array for every part. */
  #dropOldest(): void {
    const parts = this.#parts;
    while (this.#kept - parts[this.#start]!.byteLength > TAIL_BYTES) {
      this.#kept -= parts[this.#start]!.byteLength;
      parts[this.#start++] = null;
    }
    // At least as many parts are dropped as are moved.
    if (this.#start * 2 < parts.length) return;
    this.#parts = parts.slice(this.#start);
    this.#start = 0;
  }
}
