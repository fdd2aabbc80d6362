/** Estimates the tokens of a text in any language, in one pass and without the tokenizer's tables. */
import { characterClasses, CLASS_NAMES } from "./character_classes.ts";
import { CL100K } from "./cl100k_weights.ts";
import { O200K } from "./o200k_weights.ts";
import { FIRST_PAIR_DIGIT, PAIR_DIGITS, type TokenWeights } from "./token_weights.ts";

/** Longer runs of a class cost the same for each further character. */
const MAX_PLACE = 9;

const CLASSES = CLASS_NAMES.length;
const SPACE = CLASS_NAMES.indexOf("space");
/** Of several capitals, the last one does not begin a word with the letters that follow. */
const CAPITALS = [CLASS_NAMES.indexOf("upper"), CLASS_NAMES.indexOf("russianCapital")];

const STATE_SHIFT = 16;
const COST = 0xffff;

const BACKSLASH = 0x5c;
const LETTER_SHIFT = 8;
const CLASS = 0xff;

/** The letters from a to z, and one place for all that is not one. */
const LETTERS = 27;
const LETTER_A = 0x61;

/**
 * A state machine. A state is the class of the character before and its place in the run, multiplied by the number of
 * classes; each transition has a cost, in hundredths of a token.
 */
interface Machine {
  /** The next state in the upper 16 bits, and the cost in the lower ones: one read for both. */
  readonly transitions: Uint32Array;
  readonly pairs: Int16Array;
}

/** For each UTF-16 code its class, and in the upper 8 bits the place of a lower-case letter in the alphabet, from 1. */
let characters: Uint16Array | null = null;
const machines = new Map<TokenWeights, Machine>();

/** Models whose tokenizer is the older one. */
const OLDER = /gpt-4(?![o.\d])|gpt-?3\.?5|embedding|davinci|babbage/;

/**
 * Estimates the tokens of a text.
 *
 * @param model decides on the tokenizer; `null` for the current one.
 * @param isJson the text is JSON, whose escapes are read as the characters that they stand for.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { estimateTokens } from "./token_estimate.ts";
 *
 * const tokens = estimateTokens("All human beings are born free.");
 * assert(tokens >= 7 && tokens < 10);
 * assert.equal(estimateTokens("\\u4f60\\u597d", null, true), estimateTokens("你好"));
 * ```
 */
export function estimateTokens(text: string, model: string | null = null, isJson = false): number {
  const table = characters ??= characterTable();
  const { transitions, pairs } = machineFor(model);
  let state = SPACE * MAX_PLACE * CLASSES;
  let cost = 0;
  let row = 0;
  for (let at = 0; at < text.length; at++) {
    let code = text.charCodeAt(at);
    if (code === BACKSLASH && isJson) {
      code = escaped(text, ++at);
      if (text.charCodeAt(at) === 0x75) at += 4;
    }
    const character = table[code];
    const transition = transitions[state + (character & CLASS)];
    cost += transition & COST;
    state = transition >>> STATE_SHIFT;
    // Without a branch, because a wrong guess of the processor costs more than the reads.
    const letter = character >>> LETTER_SHIFT;
    cost += pairs[row + letter];
    row = letter * LETTERS;
  }
  return Math.max(0, cost) / 100;
}

/** The character that an escape stands for. */
function escaped(text: string, at: number): number {
  switch (text.charCodeAt(at)) {
    case 0x6e: // n
    case 0x72: // r
      return 0x0a;
    case 0x74: // t
      return 0x09;
    case 0x75: // u
      return parseInt(text.slice(at + 1, at + 5), 16) || 0;
    default:
      return text.charCodeAt(at) || 0;
  }
}

function characterTable(): Uint16Array {
  const table = Uint16Array.from(characterClasses());
  for (let letter = 1; letter < LETTERS; letter++) table[LETTER_A + letter - 1] |= letter << LETTER_SHIFT;
  return table;
}

let last: { model: string | null; machine: Machine } | null = null;

/** Most calls are of the same model as the one before. */
function machineFor(model: string | null): Machine {
  if (last === null || last.model !== model) last = { model, machine: machineOf(model) };
  return last.machine;
}

function machineOf(model: string | null): Machine {
  const weights = model !== null && OLDER.test(model) ? CL100K : O200K;
  let machine = machines.get(weights);
  if (!machine) machines.set(weights, machine = build(weights));
  return machine;
}

function build({ classes, joins, pairs }: TokenWeights): Machine {
  const states = CLASSES * MAX_PLACE;
  const machine: Machine = {
    transitions: new Uint32Array(states * CLASSES),
    pairs: new Int16Array(LETTERS * LETTERS),
  };
  pairs.forEach((row, first) => {
    [...row].forEach((digit, second) => {
      machine.pairs[(first + 1) * LETTERS + second + 1] = PAIR_DIGITS.indexOf(digit) + FIRST_PAIR_DIGIT;
    });
  });
  for (let kind = 0; kind < CLASSES; kind++) {
    const [after_space, after_other, ...further] = classes[CLASS_NAMES[kind]];
    for (let before = 0; before < CLASSES; before++) {
      const joined = joins[`${CLASS_NAMES[before]} ${CLASS_NAMES[kind]}`];
      for (let place = 1; place <= MAX_PLACE; place++) {
        const join = CAPITALS.includes(before) && place > 1 ? undefined : joined;
        const continues = before === kind || join !== undefined;
        const state = before * MAX_PLACE + place - 1;
        const next = kind * MAX_PLACE + (continues ? Math.min(place, MAX_PLACE - 1) : 0);
        const cost = before === kind
          ? further[Math.min(place, further.length) - 1]
          : join ?? (before === SPACE ? after_space : after_other);
        machine.transitions[state * CLASSES + kind] = next * CLASSES << STATE_SHIFT | cost;
      }
    }
  }
  return machine;
}
