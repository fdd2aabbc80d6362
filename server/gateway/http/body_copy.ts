/** A copy of a body on its way: whole while it is small, then only its end, where usage is. */
import { Buffer } from "node:buffer";

/** Bodies up to this are held and read whole. */
const LARGE_BYTES = 1 << 20;

/** Kept of the end of a large one. */
const TAIL_BYTES = 64 << 10;

export class BodyCopy {
  /** Everything so far, until the body is large; then its last parts. */
  parts: Buffer[] = [];
  #bytes = 0;
  #kept = 0;

  add(part: Buffer): void {
    if (this.isLarge) this.#trim();
    this.parts.push(part);
    this.#bytes += part.length;
    this.#kept += part.length;
  }

  get isLarge(): boolean {
    return this.#bytes > LARGE_BYTES;
  }

  whole(): Buffer {
    return this.parts.length === 1 ? this.parts[0] : Buffer.concat(this.parts);
  }

  /** The end, as Latin-1: a cut inside a character harms nothing that is looked for. */
  tail(): string {
    return this.whole().subarray(-TAIL_BYTES).toString("latin1");
  }

  #trim(): void {
    while (this.parts.length > 1 && this.#kept - this.parts[0].length > TAIL_BYTES) {
      this.#kept -= this.parts.shift()!.length;
    }
  }
}
