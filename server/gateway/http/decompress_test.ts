import { Buffer } from "node:buffer";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { assertEquals } from "../../../tests/support/assert.ts";
import { decompressToText } from "./decompress.ts";

Deno.test("each encoding is read; a body with an unknown one is taken as text", () => {
  const text = '{"usage":{}}';
  const cases: [string, Buffer][] = [
    ["gzip", gzipSync(text)],
    ["deflate", deflateSync(text)],
    ["br", brotliCompressSync(text)],
    ["identity", Buffer.from(text)],
  ];
  for (const [encoding, body] of cases) assertEquals(decompressToText(body, encoding), text, encoding);
});

Deno.test("FAULT 31: a body that is not encoded as it says, and a decompression bomb, are not read", () => {
  assertEquals(decompressToText(Buffer.from("no gzip"), "gzip"), "");
  assertEquals(decompressToText(gzipSync(Buffer.alloc(64 << 20)), "gzip"), "");
});

Deno.test("a body is read up to 8 MiB of decompressed text", () => {
  const max = 8 << 20;
  assertEquals(decompressToText(gzipSync(Buffer.alloc(max)), "gzip").length, max);
  assertEquals(decompressToText(gzipSync(Buffer.alloc(max + 1)), "gzip"), "");
});
