/** How much memory the bodies of all exchanges together may take. */

/** Eight of the largest bodies at once, or very many of the usual kind. */
export const MOST_BYTES_HELD = 512 * 1024 * 1024;

/** Bytes of bodies that are being read, wait for their turn, or are under way. Their texts come on top while they are read. */
export class BodyRoom {
  readonly most: number;
  #held = 0;

  constructor(most = MOST_BYTES_HELD) {
    this.most = most;
  }

  get held(): number {
    return this.#held;
  }

  has(bytes: number): boolean {
    return this.#held + bytes <= this.most;
  }

  /** `false` when there is no room for as much: then nothing was taken. */
  take(bytes: number): boolean {
    if (!this.has(bytes)) return false;
    this.#held += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#held -= bytes;
  }
}
