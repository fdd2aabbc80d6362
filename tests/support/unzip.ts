/** Reads a zip file. */
import { inflateRawSync } from "node:zlib";

const DIRECTORY_ENTRY = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;

/**
 * Path → content of each file. Folders are left out.
 *
 * @throws {Error} when it is no zip file.
 */
export function unzip(bytes: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw new Error("Cannot unzip: the bytes have no zip directory");
  const files = new Map<string, Uint8Array>();
  let at = view.getUint32(end + 16, true);
  while (view.getUint32(at, true) === DIRECTORY_ENTRY) {
    const [name_length, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name_length));
    if (!name.endsWith("/")) files.set(name, contentOf(bytes, view, at));
    at += 46 + name_length + extra + comment;
  }
  return files;
}

/** @param entry position of the file's entry in the directory. */
function contentOf(bytes: Uint8Array, view: DataView, entry: number): Uint8Array {
  const local = view.getUint32(entry + 42, true);
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const packed = bytes.subarray(start, start + view.getUint32(entry + 20, true));
  const stored = 0;
  return view.getUint16(entry + 10, true) === stored ? packed : new Uint8Array(inflateRawSync(packed));
}
