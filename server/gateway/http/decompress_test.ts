import { Buffer } from "node:buffer";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { assertEquals } from "../../../tests/support/assert.ts";
import { MAX_DECOMPRESSED_BYTES, readCompressed } from "./decompress.ts";

const read = (body: Buffer, encoding: string) =>
  new Promise<unknown>((resolve) => readCompressed(body, encoding, resolve));

Deno.test("each encoding is read; a body with an unknown one is taken as text", async () => {
  const text = '{"usage":{}}';
  const cases: [string, Buffer][] = [
    ["gzip", gzipSync(text)],
    ["deflate", deflateSync(text)],
    ["br", brotliCompressSync(text)],
    ["identity", Buffer.from(text)],
  ];
  for (const [encoding, body] of cases) assertEquals(await read(body, encoding), { usage: {} }, encoding);
});

Deno.test("FAULT 31: a body that is not encoded as it says, a cut one and a decompression bomb are not read", async () => {
  assertEquals(await read(Buffer.from("no gzip"), "gzip"), undefined);
  assertEquals(await read(gzipSync('{"usage":{}}').subarray(0, -10), "gzip"), undefined);
  for (const [encoding, compress] of Object.entries({ gzip: gzipSync, br: brotliCompressSync })) {
    assertEquals(await read(compress(Buffer.alloc(64 << 20, " ")), encoding), undefined);
  }
});

Deno.test("a body is read up to 8 MiB of decompressed text", async () => {
  const end = '"usage":{}}';
  const sized = (bytes: number) => gzipSync(`{${" ".repeat(bytes - end.length - 1)}${end}`);
  assertEquals(await read(sized(MAX_DECOMPRESSED_BYTES), "gzip"), { usage: {} });
  assertEquals(await read(sized(MAX_DECOMPRESSED_BYTES + 1), "gzip"), undefined);
});

Deno.test("FAULT 64: while a compressed body is read, other events have their turn", async () => {
  const hostile = gzipSync(`{"data":[${"[],".repeat(2 << 20)}0],"usage":{}}`);
  let turns = 0, isDone = false;
  const take = () => {
    turns++;
    if (!isDone) setTimeout(take, 0);
  };
  take();
  assertEquals(await read(hostile, "gzip"), { usage: {} });
  isDone = true;
  assertEquals(turns > 20, true, `${turns} turns`);
});
