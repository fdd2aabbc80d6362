import fc from "fast-check";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { matchesAnyGlob } from "./path_glob.ts";

const TABLE: [pattern: string, path: string, covered: boolean][] = [
  ["openai.ts", "/shop/src/openai.ts", true],
  ["openai.ts", "/shop/src/my_openai.ts", false],
  ["openai.ts", "/shop/openai.ts/other.ts", false],
  ["src/openai.ts", "/shop/src/openai.ts", true],
  ["./src/openai.ts", "/shop/src/openai.ts", true],
  ["src/openai.ts", "src/openai.ts", true],
  ["src/openai.ts", "C:\\shop\\src\\openai.ts", true],
  ["src\\openai.ts", "/shop/src/openai.ts", true],
  ["src/openai.ts", "file:///shop/src/openai.ts", true],
  ["src/*.ts", "/shop/src/a.ts", true],
  ["src/*.ts", "/shop/src/deep/a.ts", false],
  ["src/**", "/shop/src/deep/er/a.ts", true],
  ["src/**", "/shop/srcs/a.ts", false],
  ["src/**/a.ts", "/shop/src/a.ts", true],
  ["src/**/a.ts", "/shop/src/deep/er/a.ts", true],
  ["src/**/a.ts", "/shop/src/ba.ts", false],
  ["**/*_test.ts", "a_test.ts", true],
  ["*.{test,spec}.ts", "/shop/a.spec.ts", true],
  ["*.{test,spec}.ts", "/shop/a.specs.ts", false],
  ["{a,b*}/c.ts", "/shop/bee/c.ts", true],
  ["a?.ts", "/shop/ab.ts", true],
  ["a?.ts", "/shop/a/.ts", false],
  ["/shop/src/a.ts", "/shop/src/a.ts", true],
  ["/src/a.ts", "/shop/src/a.ts", false],
  ["C:/shop/a.ts", "C:\\shop\\a.ts", true],
  ["a+(b)[c].ts", "/shop/a+(b)[c].ts", true],
  ["a.ts", "/shop/abts", false],
  ["{a.ts", "/shop/{a.ts", true],
];

for (const [pattern, path, covered] of TABLE) {
  Deno.test(`${pattern} ${covered ? "matches" : "does not match"} ${path}`, () =>
    assertEquals(matchesAnyGlob([pattern], path), covered));
}

Deno.test("one matching pattern is enough; an empty list matches nothing", () => {
  assert(matchesAnyGlob(["a.ts", "b.ts"], "/shop/b.ts"));
  assert(!matchesAnyGlob([], "/shop/b.ts"));
});

Deno.test("a path without wildcards matches itself", () => {
  const name = fc.string({ minLength: 1 }).filter((text) => !/[*?{}/\\:]/.test(text) && text !== ".");
  fc.assert(fc.property(fc.array(name, { minLength: 1 }), (names) => {
    assert(matchesAnyGlob([names.join("/")], `/shop/${names.join("/")}`));
  }));
});

Deno.test("any text is accepted as a pattern", () => {
  fc.assert(fc.property(fc.string(), fc.string(), (pattern, path) => {
    matchesAnyGlob([pattern], path);
  }));
});
