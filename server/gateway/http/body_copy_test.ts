import { Buffer } from "node:buffer";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { BodyCopy } from "./body_copy.ts";

Deno.test("a small body is kept whole", () => {
  const copy = new BodyCopy();
  assertEquals(copy.whole().length, 0);
  for (const part of ["a", "b", "c"]) copy.add(Buffer.from(part));
  assertEquals([copy.isLarge, copy.whole().toString(), copy.tail()], [false, "abc", "abc"]);
});

Deno.test("of a large one the end is kept, whatever the parts", () => {
  for (const size of [1, 1000, 65_536, 3 << 20]) {
    const copy = new BodyCopy();
    const bytes = Buffer.alloc(3 << 20, "x");
    bytes.write('"usage":{}', bytes.length - 10);
    const parts = size === 1 ? 2000 : bytes.length / size;
    for (let at = bytes.length - Math.ceil(parts) * size; at < bytes.length; at += size) {
      copy.add(bytes.subarray(Math.max(0, at), at + size));
    }
    assert(copy.tail().endsWith('"usage":{}'), `parts of ${size}`);
    assert(copy.parts.reduce((sum, part) => sum + part.length, 0) <= 3 << 20);
  }
});
