/** Tracks a stream without a second copy of it. */
import type { StreamSignal, StreamView } from "../stream_signal.ts";
import type { BodyObserver } from "./body_observer.ts";
import { drain } from "./usage_drain.ts";

type ReadResult = ReadableStreamReadResult<Uint8Array>;
type Reader = ReadableStreamDefaultReader<Uint8Array>;

/**
 * Wraps a stream. Each of its chunks is read only when the caller reads it.
 *
 * @param createObserver called at the first read: access to the stream alone does not count as reading.
 * @param signal of the request, if the caller may abort it.
 */
export function trackStream(
  original: ReadableStream<Uint8Array>,
  createObserver: () => BodyObserver,
  signal: StreamSignal | null = null,
): ReadableStream<Uint8Array> {
  const source = new TrackedSource(original, createObserver);
  signal?.add(source);
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

/** How a caller has left a stream that is read on: what their reads, and their other calls, resolve or reject with. */
type Left = { reason: unknown } | "cancelled";

class TrackedSource implements StreamView {
  readonly #original: ReadableStream<Uint8Array>;
  readonly #createObserver: () => BodyObserver;
  #reader: Reader | null = null;
  #created: BodyObserver | null = null;
  #left: Left | null = null;

  constructor(original: ReadableStream<Uint8Array>, createObserver: () => BodyObserver) {
    this.#original = original;
    this.#createObserver = createObserver;
  }

  /** Whether this reads the original now. */
  get isReading(): boolean {
    return this.#reader !== null;
  }

  lock(): void {
    if (!this.#left) this.#reader = this.#original.getReader();
  }

  unlock(): void {
    if (this.#left) return;
    this.#reader?.releaseLock();
    this.#reader = null;
  }

  /** Resolves or rejects as the `closed` of the original's reader. */
  closed(): Promise<void> {
    const closed = this.#left ? this.#end(undefined) : this.#openReader().closed.catch((error) => {
      if (!this.#left) throw error;
      return this.#end(undefined);
    });
    // As for any reader, a caller need not handle it.
    closed.catch(() => {});
    return closed;
  }

  /** Adds one promise per chunk to the reader's own: an async function would add three. */
  read(): Promise<ReadResult> {
    return this.#left ? this.#end(done()) : this.#openReader().read().then(this.#observe, this.#fail);
  }

  cancel(reason: unknown): Promise<void> {
    if (!this.#left && this.#observer.awaitsUsage) this.#leave("cancelled");
    if (this.#left) return this.#end(undefined);
    this.#observer.cancelled();
    return this.#openReader().cancel(reason);
  }

  abort(reason: unknown): void {
    if (!this.#left) this.#leave({ reason });
  }

  #openReader(): Reader {
    return this.#reader ??= this.#original.getReader();
  }

  #leave(left: Left): void {
    try {
      // This rejects a read that is pending; its bytes stay in the stream.
      this.#reader?.releaseLock();
    } catch {
      // Runtimes of before 2022 release no reader that has a pending read.
      return this.#created?.cancelled();
    }
    this.#left = left;
    const reader = this.#reader = this.#original.getReader();
    const stop = () => void reader.cancel().catch(() => {});
    const next = () => reader.read().then(({ value = null }) => value);
    // Of several clones, one reports to the attempt.
    if (this.#created?.awaitsUsage) drain({ next, stop }, this.#created);
    else stop();
  }

  /** The result of a call after the caller has left. */
  #end<T>(value: T): Promise<T> {
    return this.#left === "cancelled" ? Promise.resolve(value) : Promise.reject(this.#left!.reason);
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

  readonly #fail = (error: unknown): Promise<ReadResult> => {
    if (this.#left) return this.#end(done());
    this.#observer.failed(error);
    throw error;
  };
}

function done(): ReadResult {
  return { done: true, value: undefined };
}

/** @param lock of the stream that the caller sees. */
function readerOf(source: TrackedSource, lock: Reader): Reader {
  source.lock();
  let isReleased = false;
  let closed: Promise<void> | undefined;
  return {
    get closed() {
      return closed ??= isReleased ? lock.closed : source.closed();
    },
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
