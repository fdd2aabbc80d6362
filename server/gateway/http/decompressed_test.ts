import { Buffer } from "node:buffer";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { assertEquals } from "../../../tests/support/assert.ts";
import { readable } from "./decompressed.ts";

Deno.test("each encoding is read; what is none passes as text", () => {
  const text = '{"usage":{}}';
  const cases: [string | undefined, Buffer][] = [
    ["gzip", gzipSync(text)],
    ["deflate", deflateSync(text)],
    ["br", brotliCompressSync(text)],
    ["identity", Buffer.from(text)],
    [undefined, Buffer.from(text)],
  ];
  for (const [encoding, body] of cases) assertEquals(readable(body, encoding), text, encoding);
});

Deno.test("FAULT 31: what is not what it says, and a bomb, are not read", () => {
  assertEquals(readable(Buffer.from("no gzip"), "gzip"), "");
  assertEquals(readable(gzipSync(Buffer.alloc(64 << 20)), "gzip"), "");
});
