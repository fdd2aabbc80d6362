/** Keeps the parts of a body in which they arrive: all of them, or the last ones. */

/** Parts are merged when this many of them are small. */
const MERGED_PARTS = 256;

/** Parts are small when they have fewer bytes on average: the objects that hold them take more memory than their bytes. */
const SMALL_BYTES = 256;

/**
 * Keeps references to the parts of a body. Only small parts are copied, each once, so that memory grows with the bytes and
 * not with the number of parts.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BodyParts } from "./body_parts.ts";
 *
 * const end = new BodyParts(1000);
 * for (let sent = 0; sent < 4; sent++) end.add(new Uint8Array(600));
 * assert.equal(end.bytes, 1200);
 * assert.equal(end.isCut, true);
 * ```
 */
export class BodyParts {
  readonly #max_bytes: number;
  readonly #onDrop: ((part: Uint8Array) => void) | undefined;
  /** The first `#start` parts are dropped. */
  #parts: (Uint8Array | null)[] = [];
  #start = 0;
  /** Parts before this one are not merged again. */
  #merged = 0;
  #bytes = 0;
  #isCut = false;

  /**
   * @param max_bytes the parts that precede the last `max_bytes` are dropped.
   * @param onDrop receives each of them, in their order.
   */
  constructor(max_bytes = Infinity, onDrop?: (part: Uint8Array) => void) {
    this.#max_bytes = max_bytes;
    this.#onDrop = onDrop;
  }

  add(part: Uint8Array): void {
    this.#parts.push(part);
    this.#bytes += part.byteLength;
    if (this.#parts.length - this.#merged >= MERGED_PARTS) this.#merge();
    if (this.#bytes - this.#parts[this.#start]!.byteLength >= this.#max_bytes) this.#dropOldest();
  }

  /** Bytes kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether parts were dropped. */
  get isCut(): boolean {
    return this.#isCut;
  }

  get parts(): readonly Uint8Array[] {
    const parts = this.#start === 0 ? this.#parts : this.#parts.slice(this.#start);
    return parts as Uint8Array[];
  }

  #merge(): void {
    const small = this.#parts.slice(this.#merged) as Uint8Array[];
    const bytes = small.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (bytes < small.length * SMALL_BYTES) {
      this.#parts.length = this.#merged;
      this.#parts.push(joined(small));
    }
    this.#merged = this.#parts.length;
  }

  /** Advances an index, because `shift()` moves the whole array. */
  #dropOldest(): void {
    const parts = this.#parts;
    this.#isCut = true;
    while (this.#bytes - parts[this.#start]!.byteLength >= this.#max_bytes) {
      const part = parts[this.#start]!;
      this.#bytes -= part.byteLength;
      parts[this.#start++] = null;
      this.#onDrop?.(part);
    }
    this.#merged = Math.max(this.#merged, this.#start);
    // Compact only when at least half the array is dropped, so that moving costs a constant per part.
    if (this.#start * 2 < parts.length) return;
    this.#parts = parts.slice(this.#start);
    this.#merged -= this.#start;
    this.#start = 0;
  }
}

/** The bytes of all parts together. A single part is not copied. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) bytes.set(part, at), at += part.byteLength;
  return bytes;
}

/** The first and the last `bytes` of a body; of one that is not longer than both together, all bytes once. */
export function edgesOf(parts: readonly Uint8Array[], bytes: number): Uint8Array[] {
  const whole = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (whole <= 2 * bytes) return [joined(parts)];
  const first = countParts(parts, bytes);
  const last = countParts(parts.toReversed(), bytes);
  return [joined(parts.slice(0, first)).subarray(0, bytes), joined(parts.slice(-last)).subarray(-bytes)];
}

/** How many of the first parts have so many bytes together. */
function countParts(parts: readonly Uint8Array[], bytes: number): number {
  let count = 0;
  for (let found = 0; found < bytes; count++) found += parts[count].byteLength;
  return count;
}
