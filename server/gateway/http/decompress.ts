/** Reads bodies that the upstream compressed although the gateway asked it not to. They are passed on unchanged. */
import type { Buffer } from "node:buffer";
import type { Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { AnswerBody } from "../../attempts/answer/answer_body.ts";

/** A decompressed body is read up to this size. */
export const MAX_DECOMPRESSED_BYTES = 8 << 20;

/** Parts of 16 KiB that are read before the event loop gets a turn. */
const PARTS_PER_TURN = 8;

/**
 * Reads the facts in a compressed body.
 *
 * @param encoding the `content-encoding` header.
 * @param then called once, with the value of the JSON; with `undefined` when the body is not encoded as the header says, is
 * too large once decompressed, or is not JSON.
 */
export function readCompressed(body: Buffer, encoding: string, then: (value: unknown) => void): void {
  const decompressor = decompressorOf(encoding);
  const answer = new AnswerBody();
  if (!decompressor) {
    answer.add(body);
    return then(answer.value());
  }
  let bytes = 0, parts = 0, isDone = false;
  const done = (value: unknown) => {
    if (isDone) return;
    isDone = true;
    decompressor.destroy();
    then(value);
  };
  decompressor.on("data", (part: Buffer) => {
    if (isDone) return;
    bytes += part.length;
    if (bytes > MAX_DECOMPRESSED_BYTES) return done(undefined);
    answer.add(part);
    if (++parts % PARTS_PER_TURN > 0) return;
    decompressor.pause();
    setTimeout(() => decompressor.resume(), 0);
  });
  decompressor.on("end", () => done(answer.value()));
  decompressor.on("error", () => done(undefined));
  decompressor.on("close", () => done(undefined));
  decompressor.end(body);
}

function decompressorOf(encoding: string): Transform | null {
  if (encoding === "gzip") return createGunzip();
  if (encoding === "deflate") return createInflate();
  return encoding === "br" ? createBrotliDecompress() : null;
}
