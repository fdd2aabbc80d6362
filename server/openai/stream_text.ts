/**
 * A copy of a stream's bytes, kept while they pass and read once it has ended. Nothing is parsed on the way: a reference
 * a chunk costs a tenth of a microsecond, where a parser costs more than the network.
 */

/** Most that is kept of the beginning (for an estimate) and of the end (where usage is). */
const HEAD_BYTES = 1 << 20;
const TAIL_BYTES = 4 << 20;

const latin1 = new TextDecoder("latin1");

export class StreamText {
  #head: Uint8Array[] = [];
  #headBytes = 0;
  #tail: Uint8Array[] = [];
  #tailBytes = 0;

  add(passing: Uint8Array): void {
    // A fetch gives each chunk in a buffer of 64 KiB: a reference would keep all of it for a few bytes.
    const chunk = passing.buffer.byteLength > 4 * passing.byteLength ? passing.slice() : passing;
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
    const text = lines(decode([...this.#head, ...this.#tail]));
    let end = text.length;
    while (end > 0) {
      const start = text.lastIndexOf("\n\n", end - 1);
      const data = eventData(text.slice(start < 0 ? 0 : start + 2, end));
      if (data) yield data;
      end = start;
    }
  }
}

function decode(chunks: Uint8Array[]): string {
  return chunks.map((chunk) => latin1.decode(chunk)).join("");
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
