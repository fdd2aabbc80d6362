import { Buffer } from "node:buffer";
import zlib from "node:zlib";
import * as fc from "fast-check";
import { assertEquals } from "../../../tests/support/assert.ts";
import { CodedReader } from "./coded_reader.ts";
import { type Coding, codingsOf } from "./codings.ts";

const ENCODERS: Record<string, (body: Buffer) => Buffer> = {
  gzip: zlib.gzipSync,
  "X-Gzip": zlib.gzipSync,
  "DEFLATE": zlib.deflateSync,
  "deflate ": zlib.deflateRawSync,
  br: zlib.brotliCompressSync,
  Zstd: zlib.zstdCompressSync,
  identity: (body) => body,
};

/** Reads a body in pieces, and returns the text and whether it was read. */
async function read(bytes: Uint8Array, codings: readonly Coding[], size = Infinity): Promise<[string, boolean]> {
  const parts: Uint8Array[] = [];
  const reader = new CodedReader({ push: (part) => (parts.push(part.slice()), part) }, codings);
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  const isRead = await new Promise<boolean>((resolve) => reader.end(resolve));
  return [Buffer.concat(parts).toString(), isRead];
}

/** Text that compresses to about half. */
const LARGE = Array.from({ length: 40_000 }, (_, at) => (at * 7919 % 99991).toString(36)).join(",");

Deno.test("each coding is decoded, by any name, small and large, in pieces of any size", async () => {
  for (const [name, encode] of Object.entries(ENCODERS)) {
    for (const [text, sizes] of [["Hello", [1, 3]], [LARGE, [1000, 70_000]]] as const) {
      for (const size of sizes) {
        const codings = codingsOf(name)!;
        const bytes = encode(Buffer.from(text));
        if (codings.length > 0) assertEquals(await read(bytes, codings, size), [text, true], `${name} ${size}`);
      }
    }
  }
});

Deno.test("stacked codings are decoded in turn", async () => {
  const names = fc.array(fc.constantFrom(...Object.keys(ENCODERS)), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(names, fc.string(), fc.integer({ min: 1, max: 50 }), async (names, text, size) => {
      const bytes = names.reduce<Buffer>((body, name) => ENCODERS[name](body), Buffer.from(text));
      const codings = codingsOf(names.join(","))!;
      if (codings.length > 0) assertEquals(await read(bytes, codings, size), [text, true], names.join());
    }),
    { numRuns: 60 },
  );
  const stacked = ["gzip", "br"].reduce<Buffer>((body, name) => ENCODERS[name](body), Buffer.from(LARGE));
  assertEquals(await read(stacked, codingsOf("gzip, br")!, 5000), [LARGE, true]);
});

Deno.test("a body that is cut off is decoded up to there", async () => {
  for (const [name, encode] of Object.entries(ENCODERS)) {
    const codings = codingsOf(name)!;
    if (codings.length === 0) continue;
    const [text, isRead] = await read(encode(Buffer.from(LARGE)).subarray(0, 80_000), codings, 10_000);
    assertEquals([LARGE.startsWith(text), text.length > 10_000, isRead], [true, true, true], name);
  }
});

Deno.test("FAULT 31: what is not encoded as it says, and what grows without bound, is not read", async () => {
  for (const name of ["gzip", "deflate", "zstd"]) {
    const codings = codingsOf(name)!;
    for (const size of [100, 100_000]) {
      const [, isRead] = await read(Buffer.alloc(size, "no such encoding "), codings);
      assertEquals(isRead, false, `${name} ${size}`);
    }
  }
  const zeros = Buffer.alloc(128 << 20);
  for (const name of ["gzip", "br", "zstd"]) {
    const [text, isRead] = await read(ENCODERS[name === "zstd" ? "Zstd" : name](zeros), codingsOf(name)!);
    assertEquals([isRead, text.length < 48 << 20], [false, true], name);
  }
  const nested = zlib.gzipSync(zlib.gzipSync(zeros));
  assertEquals((await read(nested, codingsOf("gzip, gzip")!))[1], false);
});

Deno.test("FAULT 64: while a large body is decoded, other events have their turn", async () => {
  const bytes = zlib.gzipSync(Buffer.alloc(24 << 20, "[],"));
  let turns = 0, isDone = false;
  const take = () => {
    turns++;
    if (!isDone) setTimeout(take, 0);
  };
  take();
  assertEquals((await read(bytes, ["gzip"]))[1], true);
  isDone = true;
  assertEquals(turns > 20, true, `${turns} turns`);
});

Deno.test("codings that are unknown, too many or malformed are none that can be decoded", () => {
  assertEquals(codingsOf("compress"), null);
  assertEquals(codingsOf("gzip, aws-chunked"), null);
  assertEquals(codingsOf("gzip,gzip,gzip,gzip,gzip"), null);
  assertEquals(codingsOf(" , identity,"), []);
  assertEquals(codingsOf("GZIP;q=1"), null);
});
