/** Bodies that came compressed although none was asked for: unpacked to be read, up to a cap. They pass as they came. */
import type { Buffer } from "node:buffer";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";

const MOST_BYTES = 8 << 20;

/** The text of a body; empty when it is not what it says it is, or a bomb. */
export function readable(body: Buffer, encoding: string | undefined): string {
  try {
    return decompressed(body, encoding).toString();
  } catch {
    return "";
  }
}

function decompressed(body: Buffer, encoding: string | undefined): Buffer {
  const bounds = { maxOutputLength: MOST_BYTES };
  if (encoding === "gzip") return gunzipSync(body, bounds);
  if (encoding === "deflate") return inflateSync(body, bounds);
  if (encoding === "br") return brotliDecompressSync(body, bounds);
  return body;
}
