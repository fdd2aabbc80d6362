/** Reads an encoded answer while its bytes pass unchanged. */
import type { AnswerReader } from "../answer/answer_reader.ts";
import { BodyParts, joined } from "../answer/body_parts.ts";
import { type Coding, decodeNow } from "./codings.ts";
import { DECODED_BOUNDS, Decoder } from "./decoder.ts";

/** A body up to this size is decoded when it has ended, in one go: that takes a tenth of a millisecond. */
const SMALL_BYTES = 64 << 10;

/** What a small body may decode to, in one go. */
const MAX_SMALL_DECODED_BYTES = 1 << 20;

/** Bytes that may wait to be decoded. */
const MAX_WAITING_BYTES = 16 << 20;

export class CodedReader {
  readonly #reader: Pick<AnswerReader, "push">;
  readonly #codings: readonly Coding[];
  readonly #isLive: boolean;
  #held = new BodyParts();
  #decoder: Decoder | null = null;
  /** The body is not encoded as it says, or it grows too much. */
  #isUnreadable = false;
  #then: ((isRead: boolean) => void) | null = null;

  /**
   * @param reader of the decoded bytes; it changes none.
   * @param isLive decode a small body, too, while it arrives: a caller may leave a stream at any event.
   */
  constructor(reader: Pick<AnswerReader, "push">, codings: readonly Coding[], isLive = false) {
    this.#reader = reader;
    this.#codings = codings;
    this.#isLive = isLive;
  }

  push(bytes: Uint8Array): void {
    if (this.#isUnreadable) return;
    if (this.#decoder) return this.#decode(bytes);
    this.#held.add(bytes);
    if (this.#isLive || this.#held.bytes > SMALL_BYTES) this.#decodeHeld();
  }

  /**
   * The body has ended, or was cut off.
   *
   * @param then called once, when all that has arrived is read: before this returns if the body is small.
   */
  end(then: (isRead: boolean) => void): void {
    if (this.#then) return;
    this.#then = then;
    if (this.#isUnreadable) return then(false);
    if (!this.#decoder) {
      const decoded = decodeNow(joined(this.#held.parts), this.#codings, MAX_SMALL_DECODED_BYTES);
      if (decoded) {
        if (decoded.byteLength > 0) this.#reader.push(decoded);
        return then(true);
      }
      this.#decodeHeld();
    }
    this.#decoder!.end();
  }

  #decodeHeld(): void {
    this.#decoder = new Decoder(this.#codings, {
      data: (part) => void this.#reader.push(part),
      end: (isWhole) => this.#ended(isWhole),
    }, DECODED_BOUNDS);
    for (const part of this.#held.parts) this.#decoder.write(part);
    this.#held = new BodyParts();
  }

  #decode(bytes: Uint8Array): void {
    this.#decoder!.write(bytes);
    if (this.#decoder!.waiting <= MAX_WAITING_BYTES) return;
    this.#decoder!.destroy();
    this.#isUnreadable = true;
  }

  #ended(isWhole: boolean): void {
    this.#isUnreadable = !isWhole;
    this.#then?.(isWhole);
  }
}
