/** Generators of hostile bytes: well-formed texts, damaged, in pieces of any length. */
import { Buffer } from "node:buffer";
import fc from "fast-check";

/** Bytes that arrive in several pieces. */
export type Pieces = Buffer[];

/** One change of a text: at a place, so many bytes are replaced by others. */
const change = fc.record({
  at: fc.nat(),
  removed: fc.constantFrom(0, 0, 1, 2, 40),
  added: fc.oneof(
    fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    fc.constantFrom(
      "\r\n",
      "\n",
      "\r",
      "\0",
      ":",
      " ",
      "\t",
      ";",
      '"',
      "\\",
      "{",
      "[",
      "0",
      "-1",
      "\x7f",
      "é",
      "\r\n\r\n",
    ),
    fc.constantFrom("x", "9", "[],", '"', "a: b\r\n", "\n\n").chain((unit) =>
      fc.nat(3000).map((times) => unit.repeat(times))
    ),
  ),
});

/** One of the texts, as Latin-1, with a few changes. */
export function damagedText(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(texts, fc.array(change, { maxLength: 4 })).map(([text, changes]) => {
    let damaged = text;
    for (const { at, removed, added } of changes) {
      const place = at % (damaged.length + 1);
      damaged = damaged.slice(0, place) + added + damaged.slice(place + removed);
    }
    return damaged;
  });
}

/** The same in pieces. */
export function damaged(texts: fc.Arbitrary<string>): fc.Arbitrary<Pieces> {
  return inPieces(damagedText(texts));
}

/** Latin-1 texts, cut at any places. */
export function inPieces(texts: fc.Arbitrary<string>): fc.Arbitrary<Pieces> {
  return fc.tuple(texts, fc.array(fc.nat(), { maxLength: 5 })).map(([text, cuts]) =>
    cut(Buffer.from(text, "latin1"), cuts)
  );
}

/** The bytes, cut at these places. */
export function cut(bytes: Buffer, cuts: number[]): Pieces {
  const places = [...new Set(cuts.map((at) => at % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, at) => bytes.subarray(from, places[at] ?? bytes.length)).filter(({ length }) =>
    length > 0
  );
}

const UNITS = ["[],", "{},", '"a",', "0,", "-0.5e1,", '"\\n",', '{"a":[0]},', "null,", "[[", '{"a":', " "];

/** JSON texts: of any shape, and large ones of many small values, beside the facts that the service reads. */
export function jsonTexts(max_units = 20_000): fc.Arbitrary<string> {
  const many = fc.tuple(fc.constantFrom(...UNITS), fc.nat(max_units)).map(([unit, times]) =>
    `[${unit.repeat(times)}0]`
  );
  const key = fc.constantFrom(
    "data",
    "model",
    "usage",
    "error",
    "messages",
    "input",
    "response",
    "type",
    "__proto__",
    "n",
  );
  const value = fc.oneof(fc.json({ maxDepth: 3 }), fc.constantFrom(...FACTS), many);
  return fc.array(fc.tuple(key, value), { maxLength: 5 }).map((members) =>
    `{${members.map(([key, value]) => `"${key}":${value}`).join()}}`
  );
}

const FACTS = [
  '{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}',
  '{"code":"rate_limit_exceeded","message":"m"}',
  '"gpt-5.4"',
  '"response.create"',
  '"response.done"',
  '{"id":"r1","usage":{"input_tokens":1,"output_tokens":1}}',
  "1e999",
  "true",
];
