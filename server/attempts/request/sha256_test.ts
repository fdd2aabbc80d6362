import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { assertEquals } from "../../../tests/support/assert.ts";
import { sha256 } from "./sha256.ts";

const reference = (text: string) => createHash("sha256").update(text).digest("hex");

Deno.test("the hash of any text is that of node:crypto", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
    assertEquals(sha256(text), reference(text));
  }));
});

Deno.test("each length around the size of a block is padded correctly", () => {
  for (let length = 0; length <= 200; length++) {
    assertEquals(sha256("k".repeat(length)), reference("k".repeat(length)), `${length} bytes`);
  }
});

Deno.test("a hash can be shortened", () => {
  assertEquals(sha256("abc", 32), reference("abc").slice(0, 32));
});
