/**
 * Keeps a stream's chunks and parses them once, when the stream has ended. Keeping a reference costs a tenth of a microsecond per
 * chunk; parsing every chunk would cost more than the network.
 */
import { BodyParts } from "./body_parts.ts";

/** Bytes kept of the beginning, for an estimate, and of the end, where usage is. */
const HEAD_BYTES = 1 << 20;
const TAIL_BYTES = 4 << 20;

/** Larger chunks are kept without copying: their buffer is mostly used. */
const LARGE_CHUNK_BYTES = 16 << 10;

const latin1 = new TextDecoder("latin1");

export class StreamCopy {
  #head: Uint8Array[] = [];
  #headBytes = 0;
  readonly #tail = new BodyParts<Uint8Array>(TAIL_BYTES, TAIL_BYTES);
  /** Whether chunks are views of larger buffers. Checked on the first only: the check costs as much as keeping a chunk. */
  #copies: boolean | null = null;

  add(received: Uint8Array): void {
    // `fetch` returns each chunk in a buffer of 64 KiB, which a reference would keep alive.
    this.#copies ??= received.buffer.byteLength > received.byteLength;
    const chunk = this.#copies && received.byteLength < LARGE_CHUNK_BYTES ? received.slice() : received;
    if (this.#headBytes < HEAD_BYTES) {
      this.#head.push(chunk);
      this.#headBytes += chunk.byteLength;
      return;
    }
    this.#tail.add(chunk);
  }

  /** Bytes kept. */
  get bytes(): number {
    return this.#tail.parts.reduce((sum, { byteLength }) => sum + byteLength, this.#headBytes);
  }

  /**
   * Yields the data of every event, the last first: JSON text or `[DONE]`.
   *
   * Decodes as Latin-1, one character per byte, so that a cut inside a character does no harm.
   */
  *eventsFromEnd(): Generator<string> {
    const chunks = [...this.#head, ...this.#tail.parts];
    let yielded = 0;
    // Usage is in the last events, so the caller mostly stops within the last few kilobytes.
    for (const data of eventsIn(wholeEvents(decode(lastOf(chunks))))) {
      yielded++;
      yield data;
    }
    for (const data of eventsIn(normalized(decode(chunks)))) if (yielded-- <= 0) yield data;
  }
}

/** Decoded first. */
const END_BYTES = 4 << 10;

function lastOf(chunks: Uint8Array[]): Uint8Array[] {
  let bytes = 0;
  let at = chunks.length;
  while (at > 0 && bytes < END_BYTES) bytes += chunks[--at].byteLength;
  return chunks.slice(at);
}

/** Drops the first event, whose beginning may be missing. */
function wholeEvents(text: string): string {
  const end = normalized(text);
  const first = end.indexOf("\n\n");
  return first < 0 ? "" : end.slice(first + 2);
}

function* eventsIn(text: string): Generator<string> {
  let end = text.length;
  while (end > 0) {
    const start = text.lastIndexOf("\n\n", end - 1);
    const data = eventData(text.slice(start < 0 ? 0 : start + 2, end));
    if (data) yield data;
    end = start;
  }
}

function decode(chunks: Uint8Array[]): string {
  if (chunks.length === 1) return latin1.decode(chunks[0]);
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) bytes.set(chunk, at), at += chunk.byteLength;
  return latin1.decode(bytes);
}

/** Removes a byte order mark and turns every line end into LF. */
function normalized(text: string): string {
  const content = text.startsWith("\u00ef\u00bb\u00bf") ? text.slice(3) : text;
  return content.includes("\r") ? content.replace(/\r\n?/g, "\n") : content;
}

function eventData(block: string): string {
  const data: string[] = [];
  for (const line of block.split("\n")) if (line.startsWith("data:")) data.push(line.slice(5).trim());
  return data.join("\n");
}
