import { assertEquals, assertThrows } from "../../tests/support/assert.ts";
import { contract, docComment, filesNamed, namesTaken, probe, published } from "./client_declaration.mjs";

const path = "server/lint/rule.ts";
const text = `/// <amd-module name="file:///stage/server/lint/rule.ts" />
/**
 * import { a } from "./other.ts";
 */
import { A, type B as C } from "../../shared/api.ts";
import type OpenAI from "openai";
export type { D } from "../attempts/recorder.ts";
export declare const e: import("../core/zone.ts").E;
`;

Deno.test("imports from other rooms are found in every form, but not in examples", () => {
  assertEquals(namesTaken({ path, text }), [
    { name: "A", from: "shared/api.ts", type: false },
    { name: "B", from: "shared/api.ts", type: true },
    { name: "E", from: "server/core/zone.ts", type: true },
  ]);
  assertEquals(filesNamed({ path, text }), ["server/attempts/recorder.ts"]);
});

Deno.test("a published declaration imports its own files and the contract; its examples import the package", () => {
  assertEquals(
    published({ path, text }, "@quota-gauge/client/lint/deno"),
    `/**
 * import { a } from "@quota-gauge/client/lint/deno";
 */
import { A, type B as C } from "../contract.js";
import type OpenAI from "openai";
export type { D } from "../attempts/recorder.js";
export declare const e: import("../contract.js").E;
`,
  );
});

Deno.test("the contract has the named types with their comments", () => {
  const written =
    'export declare const A: {\n    a: number;\n};\nimport type { B } from "./b.ts";\nexport declare const B: B;\nexport declare const C: 1;\n';
  const doc = (name: string) => name === "A" ? "/** All of it. */" : "";
  assertEquals(
    contract(written, new Set(["A", "C"]), doc),
    "/** All of it. */\nexport type A = {\n    a: number;\n};\nexport type C = 1;\n",
  );
});

Deno.test("a type that cannot be spelled out is an error", () => {
  const left = 'export declare const A: import("./shared/usage.ts").Secret[];\n';
  assertThrows(
    () => contract(left, new Set(["A"]), () => ""),
    Error,
    'the compiler left import("./shared/usage.ts").Secret',
  );
  assertThrows(() => contract("", new Set(["A"]), () => ""), Error, "found 0 of 1");
});

Deno.test("the probe lists each type once; a comment belongs to the declaration right after it", () => {
  assertEquals(
    probe(new Map([["A", "shared/a.ts"]])).split("\n").slice(1),
    ['import type { A as A_ } from "./shared/a.ts";', "export const A = shown<A_>();", ""],
  );
  const source = "/** One. */\nexport declare const A: 1;\n/** Two. */\nexport type B = 2;\nexport type C = 3;\n";
  assertEquals(["A", "B", "C"].map((name) => docComment(source, name)), ["/** One. */", "/** Two. */", ""]);
});
