import fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { LongArray, LongText } from "./long_values.ts";
import { EACH, JsonSkim, MAX_ARRAY, MAX_NODES, MAX_TEXT_BYTES, OTHERS, type Wanted } from "./skim.ts";

const encoder = new TextEncoder();

/** Skims a text that arrives in pieces of the given lengths, then in one piece. */
function skim(text: string, lengths: number[] = [], wanted?: Wanted): unknown {
  const bytes = encoder.encode(text);
  const reader = new JsonSkim(wanted);
  let at = 0;
  for (const length of lengths) reader.push(bytes.subarray(at, at += length));
  reader.push(bytes.subarray(at));
  return reader.end();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const pieces = fc.array(fc.nat(20), { maxLength: 8 });

Deno.test("a small text is read as JSON.parse reads it, in whatever pieces it arrives", () => {
  fc.assert(fc.property(fc.json({ maxDepth: 4 }), fc.boolean(), pieces, (json, spaced, lengths) => {
    const text = spaced ? JSON.stringify(JSON.parse(json), null, 2) : json;
    assertEquals(skim(text, lengths), JSON.parse(text));
  }));
});

Deno.test("a damaged text is refused exactly when JSON.parse refuses it", () => {
  const damage = fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...'{}[]",:\\0-1.eE+ \n\ttrufalsn\u0001é'));
  fc.assert(
    fc.property(fc.json({ maxDepth: 3 }), damage, pieces, (json, [position, removed, letter], lengths) => {
      const at = position % (json.length + 1);
      const text = json.slice(0, at) + letter + json.slice(at + removed);
      assertEquals(skim(text, lengths), parse(text), text);
    }),
    { numRuns: 3000 },
  );
});

const ODD = [
  "",
  " ",
  "01",
  "1.",
  ".5",
  "-",
  "--1",
  "1e",
  "1e+",
  "+1",
  "tru",
  "truex",
  "nulll",
  '"\\x"',
  '"\\u12g4"',
  '"\\u123g"',
  '"\\u123"',
  "[,]",
];
/** The neighbours of the hexadecimal digits. */
const NOT_HEX = [..."/:@G`g"].map((letter) => `"\\u000${letter}"`);
const HEX = [..."09AFaf"].map((letter) => `"\\u004${letter}"`);
const ALSO_ODD = [
  "[1,]",
  '{"a"}',
  '{"a":}',
  '{"a":1,}',
  "{1:2}",
  "[1 2]",
  "[1]]",
  "1 1",
  "\ufeff1",
  "'a'",
  "[}",
  '{"a":1]',
];

Deno.test("odd texts: refused as JSON.parse refuses them, and read as it reads them", () => {
  const read = [
    "-0",
    '"\\\\"',
    "1e5",
    "0.5E-3",
    " [ ] \n",
    '{"a":{"b":[true,false,null]}}',
    '"\\ud83d\\ude00"',
    '{"a":1,"a":2}',
  ];
  for (const text of [...ODD, ...ALSO_ODD, ...NOT_HEX, ...HEX, ...read]) assertEquals(skim(text), parse(text), text);
  assertEquals(Object.keys(skim('{"__proto__":{"polluted":1}}') as object), ["__proto__"]);
  assertEquals(({} as { polluted?: number }).polluted, undefined);
});

Deno.test("a long text is kept by its start and its length", () => {
  const long = "a".repeat(MAX_TEXT_BYTES + 1);
  const { short, text } = skim(JSON.stringify({ short: long.slice(1), text: long })) as Record<string, unknown>;
  assertEquals(short, long.slice(1));
  assert(text instanceof LongText);
  assertEquals([text.length, text.start.length], [MAX_TEXT_BYTES + 1, 200]);
});

Deno.test("a long array is kept by its length and its numbers; what follows it is read", () => {
  const ids = Array.from({ length: MAX_ARRAY + 1 }, (_, i) => i);
  const read = skim(JSON.stringify({ input: ids, lists: [[1, 2], ids], model: "m" })) as Record<string, unknown>;
  assertEquals(read.input, new LongArray(ids.length, ids.length));
  assertEquals(read.lists, [[1, 2], new LongArray(ids.length, ids.length)]);
  assertEquals(read.model, "m");
  const lists = skim(JSON.stringify(ids.map(() => [1, 2, 3])));
  assertEquals(lists, new LongArray(ids.length, 3 * ids.length));
});

Deno.test("an array of which the bound on values keeps only a part is kept by its length and its numbers", () => {
  const ids = Array.from({ length: 300 }, (_, id) => id);
  const { input, model } = skim(JSON.stringify({ input: Array(200).fill(ids), model: "m" })) as Record<string, unknown>;
  assertEquals([input, model], [new LongArray(200, 60_000), "m"]);
  const many = Array.from({ length: 900 }, () => Array(20).fill(0));
  const mixed = [...Array(MAX_ARRAY).fill("text"), 1, 2.5, null, true, "text", [], {}];
  const read = skim(JSON.stringify({ many, mixed, few: [1, 2] })) as Record<string, unknown>;
  assertEquals([read.mixed, read.few], [new LongArray(mixed.length, 2), new LongArray(2, 2)]);
});

Deno.test("of messages past the bound on values, the first ones are kept", () => {
  const parts = Array(30).fill(0);
  const messages = Array.from({ length: 900 }, (_, id) => ({ role: "user", content: [{ id, parts }] }));
  const read = skim(JSON.stringify({ messages })) as { messages: unknown[] };
  assertEquals(read.messages.slice(0, 200), messages.slice(0, 200));
  assert(read.messages.length < messages.length);
});

Deno.test("an object past the levels that are kept is left out, and an array there is kept by its length", () => {
  const nested = (inner: string) => `${'{"a":'.repeat(11)}${inner}${"}".repeat(11)}`;
  const innermost = (value: unknown): unknown =>
    typeof value === "object" && value !== null && "a" in value ? innermost(value.a) : value;
  assertEquals(innermost(skim(nested('{"b":1}'))), { b: 1 });
  assertEquals(innermost(skim(nested('{"b":{"c":1},"d":2}'))), { d: 2 });
  assertEquals(innermost(skim(nested('{"b":[1,"x"]}'))), { b: new LongArray(2, 1) });
});

Deno.test("however many values come before them, the members of the outermost object are read", () => {
  const many = Array.from({ length: 900 }, () => ({ a: Array(20).fill(0) }));
  const read = skim(JSON.stringify({ many, model: "m", stream: true, options: { usage: true } })) as Record<
    string,
    unknown
  >;
  assertEquals([read.model, read.stream], ["m", true]);
});

Deno.test("nesting past a thousand levels is malformed", () => {
  assertEquals(skim("[".repeat(1001) + "]".repeat(1001)), undefined);
  assert(skim("[".repeat(1000) + "]".repeat(1000)) !== undefined);
});

/** Values in what was kept. */
function nodes(value: unknown): number {
  return typeof value !== "object" || value === null
    ? 1
    : 1 + Object.values(value).reduce((sum: number, part) => sum + nodes(part), 0);
}

Deno.test("what is kept of a hostile text is bounded", () => {
  const part: Record<string, string> = { objects: "{},", arrays: "[],", pairs: "[[],[]],", members: '{"a":0,"b":[]},' };
  for (const [name, text] of Object.entries(part)) {
    const count = Math.ceil(300_000 / text.length);
    const read = skim(`{"messages":[${text.repeat(count)}0],"model":"m"}`) as Record<string, unknown>;
    assertEquals(read.model, "m", name);
    assert(nodes(read) <= 3 * MAX_NODES, `${name}: ${nodes(read)} values are kept`);
  }
});

/** The members of an object that are wanted, as `JSON.parse` reads them. */
function pick(value: unknown, wanted: true | Wanted | undefined): unknown {
  if (wanted === true || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return [];
  const members = Object.entries(value).filter(([key]) => wanted!.has(key));
  return Object.fromEntries(members.map(([key, part]) => [key, pick(part, wanted!.get(key))]));
}

Deno.test("of an object only the wanted members are read, in whatever pieces it arrives", () => {
  const wanted: Wanted = new Map<string, true | Wanted>([["a", true], ["b", new Map([["a", true]])], [
    "constructor",
    true,
  ]]);
  const key = fc.constantFrom("a", "b", "c", "d", "constructor", "__proto__");
  const { object } = fc.letrec((tie) => ({
    object: fc.dictionary(key, tie("value"), { maxKeys: 5 }),
    value: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ maxDepth: 1 }),
      tie("object"),
      fc.array(tie("value"), { maxLength: 3 }),
    ),
  }));
  fc.assert(fc.property(object, fc.boolean(), pieces, (value, spaced, lengths) => {
    const text = JSON.stringify(value, null, spaced ? 1 : 0);
    assertEquals(skim(text, lengths, wanted), pick(JSON.parse(text), wanted), text);
  }));
});

Deno.test("FAULT 64: a member is read behind any number of values that are not wanted", () => {
  const wanted: Wanted = new Map([["model", true]]);
  for (const part of ["[],", "{},", '"]",', '"\\"",', '{"a":[0]},', "[[[]]],"]) {
    const text = `{"data":[${part.repeat(100_000)}0],"model":"m"}`;
    assertEquals(skim(text, [], wanted), { model: "m" }, part);
  }
  assertEquals(skim(`{${'"key":[0],'.repeat(100_000)}"model":"m"}`, [], wanted), { model: "m" });
});

Deno.test("of an array, the wanted members of its elements are read, in whatever pieces it arrives", () => {
  const wanted: Wanted = new Map([["choices", new Map([[EACH, new Map<string, true>([["usage", true]])]])]]);
  const text = '{"choices":[{"text":["x"],"usage":{"a":[1]}},5,null,[{"usage":1}],{"b":2}],"usage":3}';
  fc.assert(fc.property(pieces, (lengths) => {
    assertEquals(skim(text, lengths, wanted), { choices: [{ usage: { a: [1] } }, 5, null, [], {}] });
  }));
  const many = `{"choices":[${'{"usage":1},'.repeat(MAX_ARRAY)}0]}`;
  assertEquals(skim(many, [], wanted), { choices: new LongArray(MAX_ARRAY + 1, 1) });
});

Deno.test("of other members, only objects that have a wanted member are read", () => {
  const wanted: Wanted = new Map<string, true | Wanted>([["model", true], [OTHERS, new Map([["usage", true]])]]);
  const text = '{"a":1,"b":"x","x_vendor":{"id":1,"usage":{"n":2}},"c":{"d":1},"e":[{"usage":1}],"f":{},"model":"m"}';
  fc.assert(fc.property(pieces, (lengths) => {
    assertEquals(skim(text, lengths, wanted), { x_vendor: { usage: { n: 2 } }, model: "m" });
  }));
});

Deno.test("FAULT 64: what is kept of very many other members is bounded, and the named ones are read", () => {
  const wanted: Wanted = new Map<string, true | Wanted>([["model", true], [OTHERS, new Map([["usage", true]])]]);
  const members = Array.from({ length: 100_000 }, (_, at) => `"k${at}":{"usage":1},"t${at}":"x",`).join("");
  const read = skim(`{${members}"model":"m"}`, [], wanted) as Record<string, unknown>;
  assertEquals(read.model, "m");
  assert(nodes(read) <= 3 * MAX_NODES, `${nodes(read)} values are kept`);
});
