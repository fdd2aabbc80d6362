/** Reads bodies that the upstream compressed although the gateway asked it not to. They are passed on unchanged. */
import type { Buffer } from "node:buffer";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";

/** A decompressed body is read up to this size. */
const MAX_BYTES = 8 << 20;

/**
 * Decodes a body to text.
 *
 * @param encoding the `content-encoding` header.
 * @returns an empty text when the body is not encoded as the header says, or is too large once decompressed.
 */
export function decompressToText(body: Buffer, encoding: string): string {
  try {
    return decompress(body, encoding).toString();
  } catch {
    return "";
  }
}

function decompress(body: Buffer, encoding: string): Buffer {
  const options = { maxOutputLength: MAX_BYTES };
  if (encoding === "gzip") return gunzipSync(body, options);
  if (encoding === "deflate") return inflateSync(body, options);
  if (encoding === "br") return brotliDecompressSync(body, options);
  return body;
}
