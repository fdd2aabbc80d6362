/** The content codings that can be decoded. */
import type { Transform } from "node:stream";
import type * as Zlib from "node:zlib";

/** Node's own module without an import, which a bundler for browsers could not resolve. Absent in other runtimes. */
const zlib = (globalThis as { process?: { getBuiltinModule?(id: string): typeof Zlib } }).process
  ?.getBuiltinModule?.("node:zlib");

const NAMES: Readonly<Record<string, Coding>> = {
  gzip: "gzip",
  "x-gzip": "gzip",
  deflate: "deflate",
  br: "br",
  zstd: "zstd",
};

export type Coding = "gzip" | "deflate" | "br" | "zstd";

/** More codings on top of each other are no use. */
const MAX_STACKED = 4;

/**
 * Reads a `content-encoding` header.
 *
 * @returns the codings in the order in which they are decoded; `null` if one of them cannot be.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { codingsOf } from "./codings.ts";
 *
 * assert.deepEqual(codingsOf("deflate, X-GZIP"), ["gzip", "deflate"]);
 * assert.deepEqual([codingsOf("identity"), codingsOf(undefined), codingsOf("compress")], [[], [], null]);
 * ```
 */
export function codingsOf(header: string | null | undefined): Coding[] | null {
  if (!header) return [];
  const codings: Coding[] = [];
  for (const part of header.split(",", MAX_NAMES)) {
    const name = part.trim().toLowerCase();
    if (name === "" || name === "identity") continue;
    const coding = NAMES[name];
    if (!coding || codings.length === MAX_STACKED || !canDecode(coding)) return null;
    codings.unshift(coding);
  }
  return codings;
}

const MAX_NAMES = 20;

/** Older versions of Node have no zstd. */
function canDecode(coding: Coding): boolean {
  return zlib !== undefined && (coding !== "zstd" || typeof zlib.createZstdDecompress === "function");
}

/** Bytes of `deflate` are a zlib stream, or a raw one: the first byte tells. */
function isZlib(first: number): boolean {
  return (first & 0x0f) === 8;
}

/** Some servers leave out the end of an encoding, and callers accept that. */
const LENIENT = { finishFlush: zlib?.constants.Z_SYNC_FLUSH };
const LENIENT_BROTLI = { finishFlush: zlib?.constants.BROTLI_OPERATION_FLUSH };
const LENIENT_ZSTD = { finishFlush: zlib?.constants.ZSTD_e_flush };

/** @param first byte of what is decoded. */
export function createDecompressor(coding: Coding, first: number): Transform {
  if (coding === "gzip") return zlib!.createGunzip(LENIENT);
  if (coding === "br") return zlib!.createBrotliDecompress(LENIENT_BROTLI);
  if (coding === "zstd") return zlib!.createZstdDecompress(LENIENT_ZSTD);
  return isZlib(first) ? zlib!.createInflate(LENIENT) : zlib!.createInflateRaw(LENIENT);
}

/**
 * Decodes bytes that may be cut off.
 *
 * @param max_bytes of each step's result.
 * @returns `null` for bytes that are not so encoded, or more than `max_bytes`.
 */
export function decodeNow(bytes: Uint8Array, codings: readonly Coding[], max_bytes: number): Uint8Array | null {
  try {
    return codings.reduce((encoded, coding) => {
      return encoded.length === 0 ? encoded : decodeStep(encoded, coding, max_bytes);
    }, bytes);
  } catch {
    return null;
  }
}

function decodeStep(bytes: Uint8Array, coding: Coding, maxOutputLength: number): Uint8Array {
  const options = { ...LENIENT, maxOutputLength };
  if (coding === "gzip") return zlib!.gunzipSync(bytes, options);
  if (coding === "br") return zlib!.brotliDecompressSync(bytes, { ...LENIENT_BROTLI, maxOutputLength });
  if (coding === "zstd") return zlib!.zstdDecompressSync(bytes, { ...LENIENT_ZSTD, maxOutputLength });
  return isZlib(bytes[0]) ? zlib!.inflateSync(bytes, options) : zlib!.inflateRawSync(bytes, options);
}
