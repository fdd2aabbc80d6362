/** Tracks a stream without a second copy of it. */
import type { BodyObserver } from "./body_observer.ts";

type ReadResult = ReadableStreamReadResult<Uint8Array>;

/**
 * Wraps a stream. Each of its chunks is read only when the caller reads it.
 *
 * @param createObserver called at the first read: access to the stream alone does not count as reading.
 */
export function trackStream(
  original: ReadableStream<Uint8Array>,
  createObserver: () => BodyObserver,
): ReadableStream<Uint8Array> {
  const source = new TrackedSource(original, createObserver);
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await source.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => source.cancel(reason),
  }, { highWaterMark: 0 });
  // A caller who asks for a reader, as the SDK does, reads the original: a second stream would add a tenth to the cost of
  // a chunk. A consumer of the whole stream (`new Response(body)`, `pipeTo`) reads the stream above.
  return Object.defineProperties(stream, {
    locked: { get: () => original.locked },
    getReader: {
      value: (options?: { mode?: "byob" }) => options?.mode ? refuseByob() : readerOf(source),
    },
  });
}

class TrackedSource {
  readonly #original: ReadableStream<Uint8Array>;
  readonly #createObserver: () => BodyObserver;
  #reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  #created: BodyObserver | null = null;

  constructor(original: ReadableStream<Uint8Array>, createObserver: () => BodyObserver) {
    this.#original = original;
    this.#createObserver = createObserver;
  }

  lock(): ReadableStreamDefaultReader<Uint8Array> {
    return this.#reader = this.#original.getReader();
  }

  unlock(): void {
    this.#reader?.releaseLock();
    this.#reader = null;
  }

  /** Adds one promise per chunk to the reader's own: an async function would add three. */
  read(): Promise<ReadResult> {
    return (this.#reader ?? this.lock()).read().then(this.#observe, this.#fail);
  }

  cancel(reason: unknown): Promise<void> {
    this.#observer.cancelled();
    return (this.#reader ?? this.lock()).cancel(reason);
  }

  get #observer(): BodyObserver {
    return this.#created ??= this.#createObserver();
  }

  readonly #observe = (result: ReadResult): ReadResult | Promise<ReadResult> => {
    const shown = result.done ? this.#observer.end() : this.#observer.chunk(result.value);
    if (shown === result.value) return result;
    if (shown.byteLength > 0) return { done: false, value: shown };
    // The chunk is hidden, or ends within an event: read on.
    return result.done ? result : this.read();
  };

  readonly #fail = (error: unknown): never => {
    this.#observer.failed(error);
    throw error;
  };
}

function readerOf(source: TrackedSource): ReadableStreamDefaultReader<Uint8Array> {
  const { closed } = source.lock();
  return {
    closed,
    read: () => source.read(),
    cancel: (reason) => source.cancel(reason),
    releaseLock: () => source.unlock(),
  };
}

function refuseByob(): never {
  throw new TypeError("Cannot read a tracked body into a buffer of your own: use getReader() without a mode");
}
