/**
 * The cost in tokens of each character by its class, its place in a run of the class, and the class before it. Found by
 * least squares on the tokenizers' counts of 2,400 texts (prose in 80 languages, code, data), so that an estimate is rather
 * too high than too low. In hundredths of a token.
 */
import type { CharacterClass } from "./character_classes.ts";

/** The costs for one tokenizer. */
export interface TokenWeights {
  /** Of the first character of a run: after a space, and after another class. Then of the second, third, … character. */
  readonly classes: Readonly<Record<CharacterClass, readonly number[]>>;
  /** Of a character that continues the run of another class: `Hello`, `café`. */
  readonly joins: Readonly<Record<string, number>>;
  /**
   * Added for two lower-case letters, because rare pairs split words: a row for the first letter from a to z, a column for
   * the second. {@link PAIR_DIGITS} are the costs from -20 on.
   */
  readonly pairs: readonly string[];
}

/** The digits of pairs. */
export const PAIR_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-";

/** The cost of the first digit. */
export const FIRST_PAIR_DIGIT = -20;
