/**
 * A copy of a stream's bytes, kept while they pass and read once it has ended. Nothing is parsed on the way: a reference
 * a chunk costs a tenth of a microsecond, where a parser costs more than the network.
 */

/** Most that is kept of the beginning (for an estimate) and of the end (where usage is). */
const HEAD_BYTES = 1 << 20;
const TAIL_BYTES = 4 << 20;

/** From this size on a chunk fills its buffer well enough. */
const LARGE_CHUNK_BYTES = 16 << 10;

const latin1 = new TextDecoder("latin1");

export class StreamCopy {
  #head: Uint8Array[] = [];
  #headBytes = 0;
  #tail: Uint8Array[] = [];
  #tailBytes = 0;
  /** Whether chunks are parts of larger buffers; told by the first, since asking each costs as much as keeping it. */
  #copies: boolean | null = null;

  add(passing: Uint8Array): void {
    // A fetch gives each chunk in a buffer of 64 KiB: a reference would keep all of it for a few bytes.
    this.#copies ??= passing.buffer.byteLength > passing.byteLength;
    const chunk = this.#copies && passing.byteLength < LARGE_CHUNK_BYTES ? passing.slice() : passing;
    if (this.#headBytes < HEAD_BYTES) {
      this.#head.push(chunk);
      this.#headBytes += chunk.byteLength;
      return;
    }
    this.#tail.push(chunk);
    this.#tailBytes += chunk.byteLength;
    while (this.#tailBytes - this.#tail[0].byteLength > TAIL_BYTES) this.#tailBytes -= this.#tail.shift()!.byteLength;
  }

  get bytes(): number {
    return this.#headBytes + this.#tailBytes;
  }

  /**
   * The data of every event, last first, each as its JSON text or `[DONE]`; comments are left out.
   *
   * Read as Latin-1, one character a byte, so that a cut inside a character harms nothing: what is looked for is ASCII.
   */
  *eventsFromEnd(): Generator<string> {
    const chunks = [...this.#head, ...this.#tail];
    let told = 0;
    // Usage is in the last event or two: mostly nothing else has to be looked at.
    for (const data of eventsIn(wholeEvents(decode(lastOf(chunks))))) {
      told++;
      yield data;
    }
    for (const data of eventsIn(lines(decode(chunks)))) if (told-- <= 0) yield data;
  }
}

/** Looked at first. */
const NEAR_BYTES = 4 << 10;

function lastOf(chunks: Uint8Array[]): Uint8Array[] {
  let bytes = 0;
  let at = chunks.length;
  while (at > 0 && bytes < NEAR_BYTES) bytes += chunks[--at].byteLength;
  return chunks.slice(at);
}

/** Without the event at its beginning, of which a part may be missing. */
function wholeEvents(text: string): string {
  const end = lines(text);
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

/** With LF alone as line ends, and without the byte order mark that a stream may begin with. */
function lines(text: string): string {
  const bare = text.startsWith("\u00ef\u00bb\u00bf") ? text.slice(3) : text;
  return bare.includes("\r") ? bare.replace(/\r\n?/g, "\n") : bare;
}

function eventData(block: string): string {
  const data: string[] = [];
  for (const line of block.split("\n")) if (line.startsWith("data:")) data.push(line.slice(5).trim());
  return data.join("\n");
}
