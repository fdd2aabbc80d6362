/**
 * Reads the small facts in a large JSON text without building the document: a hostile text of megabytes would hold up
 * the event loop for seconds and take many times its size in memory.
 *
 * Bytes are pushed as they arrive. What is kept is bounded: long texts become {@link LongText}, long arrays
 * {@link LongArray}, and past {@link MAX_NODES} values, or {@link MAX_DEPTH} levels, only the outermost object still grows.
 */
import { LongArray, LongText } from "./long_values.ts";
import { COMPLETE, Digits, isDigit, nextDigits } from "./number_grammar.ts";

/** Larger texts are skimmed. Parsing a smaller one takes a millisecond at worst. */
export const LARGE_JSON_BYTES = 64 << 10;

/** The longest string that is kept whole, in bytes. */
export const MAX_TEXT_BYTES = 1000;

/** Kept of the start of a longer one. */
const START_BYTES = 200;

/** The longest array that is kept. */
export const MAX_ARRAY = 1000;

/** Objects, arrays and values kept in all. */
export const MAX_NODES = 10_000;

/** Levels that are kept. */
const MAX_DEPTH = 12;

/**
 * The members of an object that are read, each whole (`true`) or only in part. The others are skipped. {@link EACH} is what
 * is read of the elements, if the value is an array, and {@link OTHERS} what is read of objects in members without a name here.
 */
export type Wanted = ReadonlyMap<string, true | Wanted>;

/** Not names of members: no key of an answer that has them means anything. */
export const EACH = "\u0000each";
export const OTHERS = "\u0000others";

/** Members that are read whole. */
export function whole(...names: string[]): ReadonlyMap<string, true> {
  return new Map(names.map((name) => [name, true]));
}

/** Deeper nesting counts as malformed: no program sends it, and no provider reads it. */
const MAX_NESTING = 1000;

const enum State {
  value,
  valueOrEnd,
  key,
  keyOrEnd,
  colon,
  commaOrEnd,
  done,
  string,
  escape,
  unicode,
  number,
  literal,
  skip,
  skipString,
  skipEscape,
  malformed,
}

/** An open object or array. `kept` is `null` when its contents are only checked. One is reused for each level. */
interface Frame {
  isArray: boolean;
  wanted: true | Wanted;
  /** Of the wanted keys. */
  shapes: ReadonlySet<number> | null;
  /** Whether the value that comes next is wanted, and which part of it. */
  next: true | Wanted | undefined;
  /** The value that comes next is wanted only if it is an object that has wanted members. */
  isOther: boolean;
  kept: Record<string, unknown> | unknown[] | null;
  length: number;
  numbers: number;
  key: string;
}

const decoder = new TextDecoder();

/** Reads one JSON text. */
export class JsonSkim {
  readonly #wanted: true | Wanted;
  /** Objects and arrays open in a value that is skipped. */
  #skipDepth = 0;
  #state = State.value;
  readonly #frames: Frame[] = [];
  #depth = 0;
  #top: Frame | null = null;
  #result: unknown = undefined;
  #nodes = 0;
  /** Bytes of the string, number or literal that is being read, up to what is kept of it. */
  readonly #token = new Uint8Array(MAX_TEXT_BYTES);
  #tokenLength = 0;
  #isKey = false;
  #unicodeLeft = 0;
  #digits = Digits.minus;

  /** @param wanted of the text's object. Objects and arrays that are not wanted are skipped without checking their contents. */
  constructor(wanted: true | Wanted = true) {
    this.#wanted = wanted;
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at++) {
      if (this.#state >= State.skip) {
        at = this.#skip(bytes, at);
        if (at >= bytes.length) return;
      }
      // Almost all bytes of a large text are inside strings.
      if (this.#state === State.string) {
        at = this.#skipText(bytes, at);
        if (at >= bytes.length) return;
      }
      this.#byte(bytes[at]);
    }
  }

  /** Whether the text is not JSON, so that the rest of it need not be pushed. */
  get isMalformed(): boolean {
    return this.#state === State.malformed;
  }

  /** The text's value with its long parts replaced; `undefined` when the text is malformed or incomplete. */
  end(): unknown {
    if (this.#state === State.number) this.#endNumber();
    return this.#state === State.done ? this.#result : undefined;
  }

  /** Passes over a value that is not wanted, up to the byte after its end. What follows malformed JSON is passed over, too. */
  #skip(bytes: Uint8Array, from: number): number {
    let at = from;
    while (this.#state >= State.skip && at < bytes.length) {
      if (this.#state === State.skip) at = this.#skipStructure(bytes, at);
      else if (this.#state === State.skipString) at = this.#skipString(bytes, at);
      else if (this.#state === State.malformed) return bytes.length;
      else this.#state = State.skipString, at++;
    }
    return at;
  }

  #skipStructure(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === 0x22) {
        this.#state = State.skipString;
        return at + 1;
      }
      // `[` and `{` differ in one bit, and so do `]` and `}`.
      if ((byte | 0x20) === 0x7b) this.#skipDepth++;
      else if ((byte | 0x20) === 0x7d && --this.#skipDepth === 0) {
        this.#add(undefined, false);
        return at + 1;
      }
    }
    return bytes.length;
  }

  #skipString(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length && bytes[at] !== 0x22 && bytes[at] !== 0x5c) at++;
    if (at < bytes.length) this.#state = bytes[at] === 0x22 ? State.skip : State.skipEscape;
    return at + 1;
  }

  /** Takes the plain characters of a string, up to a quote, a backslash or a control character. */
  #skipText(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length && bytes[at] !== 0x22 && bytes[at] !== 0x5c && bytes[at] >= 0x20) at++;
    this.#take(bytes, from, at);
    return at;
  }

  #take(bytes: Uint8Array, from: number, to: number): void {
    const room = MAX_TEXT_BYTES - this.#tokenLength;
    if (room > 0) this.#token.set(bytes.subarray(from, Math.min(to, from + room)), this.#tokenLength);
    this.#tokenLength += to - from;
  }

  #takeByte(byte: number): void {
    if (this.#tokenLength < MAX_TEXT_BYTES) this.#token[this.#tokenLength] = byte;
    this.#tokenLength++;
  }

  #byte(byte: number): void {
    switch (this.#state) {
      case State.string:
        return this.#stringByte(byte);
      case State.escape:
        return this.#escapeByte(byte);
      case State.unicode:
        return this.#unicodeByte(byte);
      case State.number:
        return this.#numberByte(byte);
      case State.literal:
        return this.#literalByte(byte);
    }
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return;
    this.#structureByte(byte);
  }

  #structureByte(byte: number): void {
    switch (this.#state) {
      case State.value:
        return this.#beginValue(byte);
      case State.valueOrEnd:
        return byte === 0x5d ? this.#leave() : this.#beginValue(byte);
      case State.keyOrEnd:
        if (byte === 0x7d) return this.#leave();
        return byte === 0x22 ? this.#beginString(true) : this.#fail();
      case State.key:
        return byte === 0x22 ? this.#beginString(true) : this.#fail();
      case State.colon:
        this.#state = byte === 0x3a ? State.value : State.malformed;
        return;
      case State.commaOrEnd:
        if (byte === 0x2c) this.#state = this.#top!.isArray ? State.value : State.key;
        else if (byte === (this.#top!.isArray ? 0x5d : 0x7d)) this.#leave();
        else this.#fail();
        return;
      default:
        this.#fail();
    }
  }

  #beginValue(byte: number): void {
    if (byte === 0x22) return this.#beginString(false);
    if (byte === 0x7b || byte === 0x5b) return this.#enter(byte === 0x5b);
    this.#tokenLength = 0;
    this.#takeByte(byte);
    if (byte === 0x2d || isDigit(byte)) this.#beginNumber(byte);
    else if (byte === 0x74 || byte === 0x66 || byte === 0x6e) this.#state = State.literal;
    else this.#fail();
  }

  #beginString(isKey: boolean): void {
    this.#state = State.string;
    this.#isKey = isKey;
    this.#tokenLength = 0;
  }

  #stringByte(byte: number): void {
    if (byte === 0x22) return this.#endString();
    if (byte < 0x20) return this.#fail();
    this.#takeByte(byte);
    if (byte === 0x5c) this.#state = State.escape;
  }

  #escapeByte(byte: number): void {
    this.#takeByte(byte);
    this.#unicodeLeft = 4;
    if (byte === 0x75) this.#state = State.unicode;
    else this.#state = ESCAPES.has(byte) ? State.string : State.malformed;
  }

  #unicodeByte(byte: number): void {
    this.#takeByte(byte);
    if (!isHex(byte)) return this.#fail();
    if (--this.#unicodeLeft === 0) this.#state = State.string;
  }

  #endString(): void {
    const isLong = this.#tokenLength > MAX_TEXT_BYTES;
    if (this.#isKey) {
      this.#state = State.colon;
      this.#beginMember(this.#top!);
    } else if (!this.#keepsScalar) this.#add(undefined, false);
    else this.#add(isLong ? new LongText(this.#start(), this.#tokenLength) : this.#text(), false);
  }

  #beginMember(object: Frame): void {
    const { wanted } = object;
    object.isOther = false;
    if (wanted === true) return void (object.key = this.#keyText());
    const others = wanted.get(OTHERS);
    if (!others && !this.#mayBeIn(object.shapes!)) return void (object.next = undefined);
    object.key = this.#keyText();
    object.next = wanted.get(object.key) ?? others;
    object.isOther = others !== undefined && !wanted.has(object.key);
  }

  #keyText(): string {
    return this.#tokenLength > MAX_TEXT_BYTES ? this.#start() : this.#text();
  }

  /** Whether a key can be one of those with these shapes. Most keys of a hostile text are not worth decoding. */
  #mayBeIn(shapes: ReadonlySet<number>): boolean {
    return shapes.has(shapeOf(this.#token[0], this.#tokenLength)) || this.#kept().includes(0x5c);
  }

  #text(): string {
    const bytes = this.#kept();
    if (bytes.length < SHORT_TEXT && bytes.every(isPlain)) return String.fromCharCode(...bytes);
    return JSON.parse(`"${decoder.decode(bytes)}"`);
  }

  #kept(): Uint8Array {
    return this.#token.subarray(0, Math.min(this.#tokenLength, MAX_TEXT_BYTES));
  }

  /** Escapes stay as they are: a cut may have split one. */
  #start(): string {
    return decoder.decode(this.#token.subarray(0, START_BYTES));
  }

  #beginNumber(byte: number): void {
    this.#state = State.number;
    this.#digits = byte === 0x2d ? Digits.minus : byte === 0x30 ? Digits.zero : Digits.whole;
  }

  #numberByte(byte: number): void {
    const next = nextDigits(this.#digits, byte);
    if (next !== null) {
      this.#digits = next;
      return this.#takeByte(byte);
    }
    this.#endNumber();
    if (this.#state !== State.malformed) this.#byte(byte);
  }

  #endNumber(): void {
    if (!COMPLETE.has(this.#digits)) return this.#fail();
    this.#add(this.#keepsScalar ? Number(decoder.decode(this.#kept())) : undefined, true);
  }

  #literalByte(byte: number): void {
    this.#takeByte(byte);
    const word = LITERALS.find(([first]) => first === this.#token[0])!;
    const [, text, value] = word;
    if (byte !== text.charCodeAt(this.#tokenLength - 1)) this.#fail();
    else if (this.#tokenLength === text.length) this.#add(value, false);
  }

  /** Whether the contents of the container that is open are kept. The outermost object keeps its members always. */
  get #keeps(): boolean {
    const top = this.#top;
    if (!top) return true;
    const isOutermost = this.#depth === 1 && !top.isOther;
    return top.kept !== null && top.next !== undefined && (this.#nodes < MAX_NODES || isOutermost);
  }

  get #keepsScalar(): boolean {
    return this.#keeps && this.#top?.isOther !== true;
  }

  #enter(isArray: boolean): void {
    if (this.#depth >= MAX_NESTING) return this.#fail();
    const wanted = this.#top ? this.#top.next : this.#wanted;
    if (wanted === undefined || (isArray && this.#top?.isOther)) return this.#beginSkip();
    const keeps = this.#keeps && this.#depth < MAX_DEPTH;
    const frame = this.#frames[this.#depth] ??= newFrame();
    frame.isArray = isArray;
    frame.wanted = wanted;
    frame.shapes = wanted === true ? null : shapesOf(wanted);
    frame.next = wanted === true ? true : isArray ? wanted.get(EACH) : undefined;
    frame.isOther = false;
    frame.kept = keeps ? isArray ? [] : {} : null;
    frame.length = frame.numbers = 0;
    this.#depth++;
    this.#top = frame;
    this.#state = isArray ? State.valueOrEnd : State.keyOrEnd;
  }

  #beginSkip(): void {
    this.#state = State.skip;
    this.#skipDepth = 1;
  }

  #leave(): void {
    const { isArray, kept, length, numbers } = this.#top!;
    const isLong = isArray && (kept === null || lacksNumbers(this.#top!));
    this.#depth--;
    this.#top = this.#depth > 0 ? this.#frames[this.#depth - 1] : null;
    if (isArray && this.#top?.isArray) this.#top.numbers += numbers;
    if (!this.#keeps) return this.#add(undefined, false);
    this.#add(isLong ? new LongArray(length, numbers) : kept ?? undefined, false);
  }

  /** Puts a value that has ended into its container. */
  #add(value: unknown, isNumber: boolean): void {
    const top = this.#top;
    if (!top) {
      this.#result = value;
      this.#state = State.done;
      return;
    }
    top.length++;
    if (isNumber) top.numbers++;
    this.#state = State.commaOrEnd;
    if (!this.#keeps || value === undefined || (top.isOther && !hasMembers(value))) return;
    this.#nodes++;
    if (!top.isArray) define(top.kept as Record<string, unknown>, top.key, value);
    else if (top.length <= MAX_ARRAY) (top.kept as unknown[]).push(value);
    else this.#dropArray(top);
  }

  /** Its elements make room for others. */
  #dropArray(frame: Frame): void {
    frame.kept = null;
    this.#nodes -= MAX_ARRAY;
  }

  #fail(): void {
    this.#state = State.malformed;
  }
}

/** Whether only a part of an array with numbers was kept: a count of its token ids would be too low. */
function lacksNumbers({ kept, length, numbers, next }: Frame): boolean {
  return next === true && numbers > 0 && (kept as unknown[]).length < length;
}

function newFrame(): Frame {
  const next = { wanted: true, shapes: null, next: true, isOther: false } as const;
  return { ...next, isArray: false, kept: null, length: 0, numbers: 0, key: "" };
}

function hasMembers(value: unknown): boolean {
  for (const _ in typeof value === "object" ? value : null) return true;
  return false;
}

/** By wanted members: the shapes of their keys. */
const shapes = new WeakMap<Wanted, ReadonlySet<number>>();

function shapesOf(wanted: Wanted): ReadonlySet<number> {
  const known = shapes.get(wanted) ?? new Set([...wanted.keys()].map((key) => shapeOf(key.charCodeAt(0), key.length)));
  if (!shapes.has(wanted)) shapes.set(wanted, known);
  return known;
}

/** The first byte of a key, and its length. */
function shapeOf(first: number, length: number): number {
  return length << 8 | first;
}

/** Shorter texts are decoded without a decoder, whose call costs more than their characters. */
const SHORT_TEXT = 32;

function isPlain(byte: number): boolean {
  return byte < 0x80 && byte !== 0x5c;
}

/** As `JSON.parse` does: `__proto__` becomes a member like any other. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

/** First byte, word and value. */
const LITERALS: [first: number, text: string, value: unknown][] = [
  [0x74, "true", true],
  [0x66, "false", false],
  [0x6e, "null", null],
];
const ESCAPES = new Set([...'"\\/bfnrt'].map((letter) => letter.charCodeAt(0)));

function isHex(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
