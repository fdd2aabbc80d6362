/** Tracks a stream without a second copy of it. */
import type { BodyObserver } from "./body_observer.ts";

type ReadResult = ReadableStreamReadResult<Uint8Array>;
type Reader = ReadableStreamDefaultReader<Uint8Array>;

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
  const getReader = stream.getReader.bind(stream) as () => Reader;
  const isLocked = Reflect.getOwnPropertyDescriptor(ReadableStream.prototype, "locked")!.get!.bind(stream);
  // A caller who asks for a reader, as the SDK does, reads the original: a second stream would add a tenth to the cost of
  // a chunk. A consumer of the whole stream (`new Response(body)`, `pipeTo`) reads the stream above. Both lock the stream
  // above, so that each sees the other.
  return Object.defineProperties(stream, {
    locked: { get: () => isLocked() || (original.locked && !source.isReading) },
    getReader: {
      value: (options?: { mode?: "byob" }) => {
        // Fails as the original does if that is no stream of bytes.
        if (options?.mode && !source.isReading) original.getReader(options as { mode: "byob" }).releaseLock();
        const lock = getReader();
        try {
          return options?.mode ? byobReaderOf(source, lock) : readerOf(source, lock);
        } catch (error) {
          lock.releaseLock();
          throw error;
        }
      },
    },
  });
}

class TrackedSource {
  readonly #original: ReadableStream<Uint8Array>;
  readonly #createObserver: () => BodyObserver;
  #reader: Reader | null = null;
  #created: BodyObserver | null = null;

  constructor(original: ReadableStream<Uint8Array>, createObserver: () => BodyObserver) {
    this.#original = original;
    this.#createObserver = createObserver;
  }

  /** Whether this reads the original now. */
  get isReading(): boolean {
    return this.#reader !== null;
  }

  lock(): Reader {
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

/** @param lock of the stream that the caller sees. */
function readerOf(source: TrackedSource, lock: Reader): Reader {
  const { closed } = source.lock();
  let isReleased = false;
  return {
    closed,
    // Once it is released, the lock's own methods fail as those of any reader do.
    read: () => isReleased ? lock.read() : source.read(),
    cancel: (reason) => isReleased ? lock.cancel(reason) : source.cancel(reason),
    releaseLock: () => {
      if (isReleased) return;
      isReleased = true;
      source.unlock();
      lock.releaseLock();
    },
  };
}

/** A reader into the caller's own buffers. Chunks are copied: the observer keeps some of them, and a buffer changes hands. */
function byobReaderOf(source: TrackedSource, lock: Reader): ReadableStreamBYOBReader {
  source.lock();
  const reader = new ReadableStream({
    type: "bytes",
    async pull(controller) {
      const { done, value } = await source.read();
      if (!done) return controller.enqueue(Uint8Array.from(value));
      controller.close();
      controller.byobRequest?.respond(0);
    },
    cancel: (reason) => source.cancel(reason),
  }).getReader({ mode: "byob" });
  const release = reader.releaseLock.bind(reader);
  const releaseLock = () => {
    release();
    source.unlock();
    lock.releaseLock();
  };
  return Object.defineProperty(reader, "releaseLock", { value: releaseLock });
}
