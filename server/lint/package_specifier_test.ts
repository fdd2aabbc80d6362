import fc from "fast-check";
import { assertEquals } from "../../tests/support/assert.ts";
import { packageOfSpecifier } from "./package_specifier.ts";

const MEANT: [specifier: string, name: string, path: string][] = [
  ["openai", "openai", ""],
  ["openai/helpers/zod", "openai", "helpers/zod"],
  ["openai/index.js", "openai", ""],
  ["openai/azure.mjs", "openai", "azure"],
  ["openai/resources/index.mjs", "openai", "resources"],
  ["openai?worker#x", "openai", ""],
  ["@ai-sdk/openai/internal", "@ai-sdk/openai", "internal"],
  ["npm:openai", "openai", ""],
  ["npm:/openai@7.57.0", "openai", ""],
  ["npm:openai@^7/error", "openai", "error"],
  ["npm:@jsr/openai__openai@4", "@jsr/openai__openai", ""],
  ["jsr:@openai/openai@4.0.0/error", "@openai/openai", "error"],
  ["jsr:/@openai/openai", "@openai/openai", ""],
  ["https://esm.sh/openai", "openai", ""],
  ["https://esm.sh/openai@4/?bundle", "openai", ""],
  ["https://ESM.sh/v135/*openai@4.20.1&external=a/error.js", "openai", "error"],
  ["https://esm.sh/stable/openai@4", "openai", ""],
  ["https://esm.sh/jsr/@openai/openai@4", "@openai/openai", ""],
  ["http://esm.run/openai@4", "openai", ""],
  ["https://deno.land/x/openai/mod.ts", "openai", ""],
  ["https://deno.land/x/openai@v4.69.0/error.ts", "openai", "error"],
  ["https://cdn.jsdelivr.net/npm/openai@4/+esm", "openai", ""],
  ["//unpkg.com/openai@4/index.mjs", "openai", ""],
  ["https://cdn.skypack.dev/-/openai@v4", "openai", ""],
  ["https://jspm.dev/npm:openai@4", "openai", ""],
  ["https://ga.jspm.io/npm:openai@4.0.0/index.mjs", "openai", ""],
  ["https://jsr.io/@openai/openai/4.0.0/index.ts", "@openai/openai", "4.0.0"],
  ["file:///shop/node_modules/.pnpm/openai@7/node_modules/openai/index.js", "openai", ""],
  ["#sdk", "#sdk", ""],
];

for (const [specifier, name, path] of MEANT) {
  Deno.test(`${specifier} is ${name}`, () => assertEquals(packageOfSpecifier(specifier), { name, path }));
}

const NONE = [
  "",
  ".",
  "./openai",
  "../openai",
  "/openai",
  "node:fs",
  "file:///openai",
  "data:text/javascript,openai",
  "npm:",
  "@openai",
  "https://",
  "https://esm.sh",
  "https://example.org/openai",
  "https://deno.land/openai",
  "https://deno.land/std/openai",
  "https://cdn.jsdelivr.net/gh/openai/openai-node",
];

for (const specifier of NONE) {
  Deno.test(`"${specifier}" names no package`, () => assertEquals(packageOfSpecifier(specifier), null));
}

Deno.test("any text is accepted as a specifier, and a very long one names no package", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    for (const before of ["", "npm:", "https://esm.sh/", "@", "node_modules/"]) packageOfSpecifier(before + text);
  }));
  assertEquals(packageOfSpecifier("npm:openai@" + "7".repeat(2048)), null);
});
