import type { ByteTap } from "./byte_tap.ts";

type Read = ReadableStreamReadResult<Uint8Array>;

/**
 * A stream over another, read only when it is read, a chunk for a chunk.
 *
 * @param tap asked for at the first read: looking at a body is not reading it.
 */
export function tappedStream(original: ReadableStream<Uint8Array>, tap: () => ByteTap): ReadableStream<Uint8Array> {
  const source = new TappedSource(original, tap);
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await source.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => source.cancel(reason),
  }, { highWaterMark: 0 });
  // Whoever asks for a reader, as the SDK does, reads the original itself: a second stream would cost him a tenth of
  // all that he does with a chunk. What takes the stream as a whole (`new Response(body)`, `pipeTo`) gets the one above.
  return Object.defineProperties(stream, {
    locked: { get: () => original.locked },
    getReader: {
      value: (options?: { mode?: "byob" }) => options?.mode ? byobMissing() : readerOf(source),
    },
  });
}

class TappedSource {
  readonly #original: ReadableStream<Uint8Array>;
  readonly #makeTap: () => ByteTap;
  #reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  #tap: ByteTap | null = null;

  constructor(original: ReadableStream<Uint8Array>, tap: () => ByteTap) {
    this.#original = original;
    this.#makeTap = tap;
  }

  lock(): ReadableStreamDefaultReader<Uint8Array> {
    return this.#reader = this.#original.getReader();
  }

  unlock(): void {
    this.#reader?.releaseLock();
    this.#reader = null;
  }

  /** One promise a chunk on top of the reader's own: an async function would make three. */
  read(): Promise<Read> {
    return (this.#reader ?? this.lock()).read().then(this.#passOn, this.#fail);
  }

  readonly #passOn = (read: Read): Read | Promise<Read> => {
    const tap = this.#tap ??= this.#makeTap();
    const passed = read.done ? tap.end() : tap.pass(read.value);
    if (passed === read.value) return read;
    if (passed.byteLength > 0) return { done: false, value: passed };
    // A chunk of which all was hidden, or that is half an event, gives the caller nothing yet: read on.
    return read.done ? read : this.read();
  };

  readonly #fail = (error: unknown): never => {
    (this.#tap ??= this.#makeTap()).failed(error);
    throw error;
  };

  cancel(reason: unknown): Promise<void> {
    (this.#tap ??= this.#makeTap()).left();
    return (this.#reader ?? this.lock()).cancel(reason);
  }
}

function readerOf(source: TappedSource): ReadableStreamDefaultReader<Uint8Array> {
  const { closed } = source.lock();
  return {
    closed,
    read: () => source.read(),
    cancel: (reason) => source.cancel(reason),
    releaseLock: () => source.unlock(),
  };
}

function byobMissing(): never {
  throw new TypeError("Cannot read this body into a buffer of one's own: it is watched, so read it by default");
}
