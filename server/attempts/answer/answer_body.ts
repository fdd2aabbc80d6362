/** Reads the facts in a JSON body while it passes. */
import { JsonSkim, LARGE_JSON_BYTES } from "../../core/json/skim.ts";
import { parseJson } from "../json.ts";
import { ANSWER_FACTS, largeAnswer } from "./answer_facts.ts";
import { BodyParts, joined } from "./body_parts.ts";

/**
 * A small body is parsed when it has ended, a large one is skimmed part by part.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { AnswerBody } from "./answer_body.ts";
 *
 * const body = new AnswerBody();
 * body.add(new TextEncoder().encode('{"model":'));
 * body.add(new TextEncoder().encode('"m"}'));
 * assert.deepEqual(body.value(), { model: "m" });
 * ```
 */
export class AnswerBody {
  readonly #max_held: number;
  #held = new BodyParts();
  #bytes = 0;
  #skim: JsonSkim | null = null;
  #text: string | null = null;

  /** @param max_held bytes up to which all parts are kept. */
  constructor(max_held = LARGE_JSON_BYTES) {
    this.#max_held = max_held;
  }

  add(part: Uint8Array): void {
    this.#bytes += part.byteLength;
    if (this.#skim) this.#skim.push(part);
    if (!this.isLarge) this.#held.add(part);
    if (this.#skim || this.#bytes <= LARGE_JSON_BYTES) return;
    this.#skim = new JsonSkim(ANSWER_FACTS);
    for (const held of this.#held.parts) this.#skim.push(held);
    if (this.isLarge) this.#skim.push(part);
  }

  /** Whether the body is larger than what is kept. */
  get isLarge(): boolean {
    return this.#bytes > this.#max_held;
  }

  /** The parts kept: all of them, or those before the one that made the body large. */
  get parts(): readonly Uint8Array[] {
    return this.#held.parts;
  }

  /** Lets the kept parts go. */
  release(): void {
    this.#held = new BodyParts();
  }

  /** The body's value, of a large one only {@link ANSWER_FACTS}; `undefined` if it is not JSON. */
  value(): unknown {
    if (this.#skim) return largeAnswer(this.#skim.end());
    this.#text = utf8.decode(joined(this.#held.parts));
    return parseJson(this.#text);
  }

  /** The text of which {@link value} was read, if it has one ASCII character for each byte; otherwise `null`. */
  get ascii(): string | null {
    // An invalid byte becomes one character too.
    return this.#text?.length === this.#bytes && !this.#text.includes("\ufffd") ? this.#text : null;
  }
}

const utf8 = new TextDecoder();
