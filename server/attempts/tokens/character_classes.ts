/** Classes of characters that a tokenizer treats alike: mostly scripts, in ranges of UTF-16 codes. */

/** Ranges in ascending order of importance: a later one wins. Codes in none of them are `other`. */
const RANGES = [
  [0x0000, 0x0020, "space"],
  [0x0021, 0x007f, "punctuation"],
  [0x000a, 0x000a, "newline"],
  [0x000d, 0x000d, "newline"],
  [0x0061, 0x007a, "lower"],
  [0x0041, 0x005a, "upper"],
  [0x0030, 0x0039, "digit"],
  [0x0080, 0x00bf, "symbol"],
  [0x00c0, 0x036f, "latin"],
  [0x0370, 0x03ff, "greek"],
  [0x0400, 0x052f, "cyrillic"],
  [0x0410, 0x042f, "russianCapital"],
  [0x0430, 0x044f, "russian"],
  [0x0530, 0x058f, "armenian"],
  [0x0590, 0x05ff, "hebrew"],
  [0x0600, 0x06ff, "arabicOther"],
  [0x0621, 0x064a, "arabic"],
  [0x064b, 0x065f, "arabicMark"],
  [0x06d6, 0x06ed, "arabicMark"],
  [0x0670, 0x0670, "arabicMark"],
  [0x0750, 0x077f, "arabicOther"],
  [0x08a0, 0x08ff, "arabicOther"],
  [0x0900, 0x097f, "devanagari"],
  [0x0980, 0x09ff, "bengali"],
  [0x0a00, 0x0a7f, "gurmukhi"],
  [0x0a80, 0x0aff, "gujarati"],
  [0x0b00, 0x0b7f, "oriya"],
  [0x0b80, 0x0bff, "tamil"],
  [0x0c00, 0x0c7f, "telugu"],
  [0x0c80, 0x0cff, "kannada"],
  [0x0d00, 0x0d7f, "malayalam"],
  [0x0d80, 0x0dff, "sinhala"],
  [0x0e00, 0x0e7f, "thai"],
  [0x0e80, 0x0eff, "lao"],
  [0x0f00, 0x0fff, "tibetan"],
  [0x1000, 0x109f, "burmese"],
  [0x10a0, 0x10ff, "georgian"],
  [0x1100, 0x11ff, "hangul"],
  [0x1200, 0x139f, "ethiopic"],
  [0x1780, 0x17ff, "khmer"],
  [0x1c90, 0x1cbf, "georgian"],
  [0x1e00, 0x1eff, "latinAdditional"],
  [0x1f00, 0x1fff, "greek"],
  [0x2000, 0x2bff, "symbol"],
  [0x200d, 0x200d, "joiner"],
  [0x2e80, 0x2fdf, "hanOther"],
  [0x3000, 0x303f, "symbol"],
  [0x3040, 0x309f, "hiragana"],
  [0x30a0, 0x30ff, "katakana"],
  [0x3100, 0x4dbf, "hanOther"],
  [0x4e00, 0x9fff, "han"],
  [0xac00, 0xd7ff, "hangul"],
  [0xd800, 0xdbff, "highSurrogate"],
  [0xd83c, 0xd83c, "emoji3c"],
  [0xd83d, 0xd83d, "emoji3d"],
  [0xd83e, 0xd83e, "emoji3e"],
  [0xdc00, 0xdfff, "lowSurrogate"],
  [0xe000, 0xf8ff, "highSurrogate"],
  [0xf900, 0xfaff, "hanOther"],
  [0xfb00, 0xfb4f, "hebrew"],
  [0xfb50, 0xfdff, "arabicOther"],
  [0xfe00, 0xfe0f, "joiner"],
  [0xfe10, 0xfe6f, "symbol"],
  [0xfe70, 0xfeff, "arabicOther"],
  [0xff00, 0xffef, "fullWidth"],
  [0xfff0, 0xffff, "symbol"],
] as const;

/** The name of a class. */
export type CharacterClass = typeof RANGES[number][2] | "other";

/** All classes, once each. */
export const CLASS_NAMES: readonly CharacterClass[] = ["other", ...new Set(RANGES.map(([, , name]) => name))];

/** For each UTF-16 code, the place of its class in {@link CLASS_NAMES}. */
export function characterClasses(): Uint8Array {
  const classes = new Uint8Array(2 ** 16).fill(CLASS_NAMES.indexOf("other"));
  for (const [first, last, name] of RANGES) classes.fill(CLASS_NAMES.indexOf(name), first, last + 1);
  return classes;
}
