/**
 * Keeps a stream's chunks, which are read when the stream has ended. Keeping a reference costs a tenth of a microsecond per
 * chunk; parsing every chunk would cost more than the network. Of a stream of many megabytes, chunks are read before they
 * are dropped.
 */
import { BodyParts, joined } from "./body_parts.ts";
import { isErrorName } from "./event_reader.ts";

/** Bytes kept of the beginning, and of the end, where usage is. */
const HEAD_BYTES = 1 << 20;
const TAIL_BYTES = 4 << 20;

/** The event that ends a stream, and bytes in which it is found. */
const DONE = /(?:^|\n)data: ?\[DONE\]\s*$/;
const DONE_BYTES = 32;

/** Larger chunks are kept without copying: their buffer is mostly used. */
const LARGE_CHUNK_BYTES = 16 << 10;

/** Usage is in the last events, so these bytes are read first: mostly the first number is enough. */
const END_BYTES = [1 << 10, 4 << 10, 64 << 10];

const latin1 = new TextDecoder("latin1");

interface EventText {
  /** JSON text or `[DONE]`. */
  data: string;
  /** The event is named `error`. */
  isError: boolean;
}

/** Bytes that are read with each further chunk, beside as many as were dropped: all together would hold up calls. */
const STEP_BYTES = 32 << 10;

/** Reads chunks, the first one first. */
interface ChunkReader {
  push(bytes: Uint8Array): void;
}

export class StreamCopy<R extends ChunkReader = ChunkReader> {
  readonly #createReader: (() => R) | undefined;
  #head = new BodyParts();
  readonly #tail: BodyParts;
  /** Chunks that the tail has dropped and that are not read yet. */
  #dropped: Uint8Array[] = [];
  #reader: R | null = null;
  /** Whether chunks are views of larger buffers. Checked on the first only: the check costs as much as keeping a chunk. */
  #copies: boolean | null = null;

  /** @param createReader reads the chunks of a stream that is too long to keep; without it they are dropped. */
  constructor(createReader?: () => R) {
    this.#createReader = createReader;
    this.#tail = new BodyParts(TAIL_BYTES, createReader && ((part) => this.#dropped.push(part)));
  }

  add(received: Uint8Array): void {
    // `fetch` returns each chunk in a buffer of 64 KiB, which a reference would keep alive.
    this.#copies ??= received.buffer.byteLength > received.byteLength;
    const chunk = this.#copies && received.byteLength < LARGE_CHUNK_BYTES ? received.slice() : received;
    if (!this.#reader && this.#head.bytes < HEAD_BYTES) this.#head.add(chunk);
    else this.#tail.add(chunk);
    if (this.#dropped.length > 0) this.#readDropped(chunk.byteLength);
  }

  /** Reads the chunks that are dropped, and before them those of the beginning. */
  #readDropped(added: number): void {
    if (!this.#reader) {
      this.#reader = this.#createReader!();
      this.#dropped = [...this.#head.parts, ...this.#dropped];
      this.#head = new BodyParts();
    }
    let left = STEP_BYTES + 2 * added;
    let read = 0;
    while (left > 0 && read < this.#dropped.length) {
      const part = this.#dropped[read++];
      left -= part.byteLength;
      this.#reader.push(part);
    }
    this.#dropped.splice(0, read);
  }

  /** Whether the last chunk ends with the event that ends OpenAI's streams: without reading the events before it. */
  get isDone(): boolean {
    const last = this.#tail.parts.at(-1) ?? this.#head.parts.at(-1);
    return last !== undefined && DONE.test(latin1.decode(last.subarray(-DONE_BYTES)));
  }

  /** Bytes kept. */
  get bytes(): number {
    return this.#head.bytes + this.#tail.bytes;
  }

  /** Whether a part between the beginning and the end was dropped unread. */
  get isCut(): boolean {
    return this.#createReader === undefined && this.#tail.isCut;
  }

  /** The reader of the chunks that precede {@link chunks}; `null` if all are kept. */
  get reader(): R | null {
    return this.#reader;
  }

  /** The chunks that are kept. */
  get chunks(): Uint8Array[] {
    return [...this.#head.parts, ...this.#dropped, ...this.#tail.parts];
  }

  /** Whether {@link eventsFromEnd} yields all events. */
  get isShort(): boolean {
    return this.bytes <= END_BYTES.at(-1)!;
  }

  /**
   * Yields the last events, the last first. They have {@link END_BYTES} together.
   *
   * Decodes as Latin-1, one character per byte, so that a cut inside a character does no harm.
   */
  *eventsFromEnd(): Generator<EventText> {
    const { chunks } = this;
    let yielded = 0;
    for (const bytes of END_BYTES) {
      const end = normalized(decodeEnd(chunks, bytes));
      let skipped = yielded;
      for (const event of eventsIn(bytes < this.bytes ? withoutFirst(end) : end)) {
        if (skipped-- > 0) continue;
        yielded++;
        yield event;
      }
      if (bytes >= this.bytes) return;
    }
  }
}

/** Decodes the last `max` bytes. */
function decodeEnd(chunks: Uint8Array[], max: number): string {
  let bytes = 0;
  let at = chunks.length;
  while (at > 0 && bytes < max) bytes += chunks[--at].byteLength;
  return latin1.decode(joined(chunks.slice(at)).subarray(-max));
}

/** Drops the first event, whose beginning may be missing. */
function withoutFirst(text: string): string {
  const first = text.indexOf("\n\n");
  return first < 0 ? "" : text.slice(first + 2);
}

function* eventsIn(text: string): Generator<EventText> {
  for (let end = text.length; end > 0;) {
    // A stream may contain any number of empty lines.
    if (text[end - 1] === "\n") {
      end--;
      continue;
    }
    const start = text.lastIndexOf("\n\n", end - 1);
    const block = text.slice(start < 0 ? 0 : start + 2, end);
    const event = eventText(block);
    if (event.data) yield event;
    // Some providers send an error as bare JSON after their events.
    else if (block.startsWith("{")) yield { data: block, isError: false };
    end = start;
  }
}

/** Removes a byte order mark and turns every line end into LF. */
export function normalized(text: string): string {
  const content = text.startsWith("\u00ef\u00bb\u00bf") ? text.slice(3) : text;
  return content.includes("\r") ? content.replace(/\r\n?/g, "\n") : content;
}

/** @param block the lines of one event, each ended by LF. */
export function eventText(block: string): EventText {
  const data: string[] = [];
  let isError = false;
  for (const line of block.split("\n")) {
    if (line.startsWith("data:")) data.push(line.slice(5).trim());
    else if (line.startsWith("event:")) isError = isErrorName(line);
  }
  return { data: data.join("\n"), isError };
}
