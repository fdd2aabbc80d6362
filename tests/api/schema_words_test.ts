/** Every schema that meets data from outside explains a fault in words of our own, never in those of the validator. */
import fc from "fast-check";
import type * as z from "zod/mini";
import { ROUTES } from "../../server/api/routes.ts";
import { FEATURE_ROUTES } from "../../server/features/index.ts";
import { parseLimits } from "../../server/limits/limits_check.ts";
import { LimitsFile } from "../../shared/limits.ts";
import { faultsOf } from "../../shared/schema_faults.ts";
import { assert, assertMatch } from "../support/assert.ts";

/** Bodies of routes, and the limits file. */
const SCHEMAS: [string, z.ZodMiniType][] = [
  ...[...ROUTES, ...FEATURE_ROUTES].flatMap(({ method, path, body }) =>
    body ? [[`${method} ${path}`, body] as [string, z.ZodMiniType]] : []
  ),
  ["the limits file", LimitsFile],
];

/** A place, then what it must be or has too much, and what it is. */
const FORM =
  /^\S.* (must be [^\n]+, not \S.*|is missing: it must be \S.*|has no field .*: (use|remove) \S.*)$|^the name .* in .* must be \S.*$/;
const RAW = /invalid|expected|received|too (big|small)|unrecognized|regex|undefined|that matches|\[object|\^/i;

function check(sentence: string): void {
  assertMatch(sentence, FORM);
  // The value is the sender's own.
  const words = sentence.replaceAll(/"(?:[^"\\]|\\.)*"/g, "").replaceAll(/\[?"…?.*$/g, "");
  assert(!RAW.test(words), sentence);
  assert(sentence.length < 600 && !/[\p{Cc}\p{Cf}]/u.test(sentence), sentence);
}

/** Odd values of every JSON type, and objects that have some of a schema's fields. */
function values(schema: z.ZodMiniType): fc.Arbitrary<unknown> {
  const names = [...fieldsOf(schema)];
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(null, "", "\u202e", -1, 0.5, 2 ** 53, Infinity, "x".repeat(300), [], [[]], {}, true),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ weight: 1, arbitrary: odd }, { weight: 3, arbitrary: tie("object") }, {
      weight: 1,
      arbitrary: fc.array(tie("tree"), { maxLength: 3 }),
    }),
    object: fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), tie("tree"), { maxKeys: 6 }),
  }));
  return tree;
}

function* fieldsOf(schema: unknown, seen = new Set<unknown>()): Generator<string> {
  if (typeof schema !== "object" || schema === null || seen.has(schema)) return;
  seen.add(schema);
  const { def } = schema as { def?: { shape?: object; element?: unknown; innerType?: unknown; valueType?: unknown } };
  for (const [name, inner] of Object.entries(def?.shape ?? {})) yield* (yield name, fieldsOf(inner, seen));
  for (const inner of [def?.element, def?.innerType, def?.valueType]) yield* fieldsOf(inner, seen);
}

for (const [name, schema] of SCHEMAS) {
  Deno.test(`${name}: each fault says what, what it must be, and what it is`, () => {
    fc.assert(
      fc.property(values(schema), (value) => {
        const faults = faultsOf(schema, value, "the body");
        assert(faults.length > 0 || schema.safeParse(value).success);
        faults.forEach(check);
      }),
      { numRuns: 300 },
    );
  });
}

Deno.test("the limits file: text that is not JSON is explained without the parser's words", () => {
  const file = '{\n  "default": { "requests_per_minute": 5, "models": { "gpt": { "tokens_per_day": null } } }\n}';
  fc.assert(
    fc.property(fc.nat(file.length), fc.string({ maxLength: 3 }), fc.nat(4), (at, added, removed) => {
      const parsed = parseLimits(file.slice(0, at) + added + file.slice(at + removed));
      for (const fault of "faults" in parsed ? parsed.faults as string[] : []) {
        assert(
          !/SyntaxError|unexpected|expected|unterminated|in JSON at|bad /i.test(fault.replaceAll(/, in ".*"/g, "")),
          fault,
        );
      }
    }),
    { numRuns: 500 },
  );
});
