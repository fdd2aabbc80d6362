/** Tracks a body that is not a web stream: a Node stream, as node-fetch has it, or any other async iterable of chunks. */
import type { StreamSignal, StreamView } from "../stream_signal.ts";
import type { BodyObserver } from "./body_observer.ts";
import { drain } from "./usage_drain.ts";

type Chunk = Uint8Array | string;

/** The members of a Node stream that are used. */
interface NodeStream extends AsyncIterable<Chunk> {
  pipe?: unknown;
  on?: unknown;
  readableObjectMode?: boolean;
  destroy?(error?: Error): void;
}

export function isAsyncIterable(body: unknown): body is AsyncIterable<Chunk> {
  return typeof (body as Partial<AsyncIterable<Chunk>> | null | undefined)?.[Symbol.asyncIterator] === "function";
}

/**
 * Wraps a body. Each of its chunks is read only when the caller reads it.
 *
 * @param createObserver called at the first read.
 * @param signal of the request, if the caller may abort it.
 * @returns for a Node stream a Node stream, otherwise an async iterator.
 */
export function trackIterable(
  original: AsyncIterable<Chunk>,
  createObserver: () => BodyObserver,
  signal: StreamSignal | null = null,
): unknown {
  const chunks = new TrackedChunks(original, createObserver);
  signal?.add(chunks);
  const { pipe, on, readableObjectMode = false } = original as NodeStream;
  const Readable = typeof pipe === "function" && typeof on === "function" ? nodeReadable() : null;
  if (!Readable) return chunks;
  const readable: NodeReadable = new Readable({
    highWaterMark: 0,
    objectMode: readableObjectMode,
    read: () =>
      void chunks.next().then(({ value }) => readable.push(value ?? null), (error) => readable.destroy(error)),
    destroy: (error, done) => void chunks.return().then(() => done(error), () => done(error)),
  });
  // Without a listener the error of a stream ends the program. The bodies of node-fetch have one.
  return readable.on("error", () => {});
}

type Result = IteratorResult<Chunk, undefined>;

class TrackedChunks implements AsyncIterableIterator<Chunk, undefined>, StreamView {
  readonly #original: NodeStream;
  readonly #createObserver: () => BodyObserver;
  #iterator: AsyncIterator<Chunk> | null = null;
  #created: BodyObserver | null = null;
  #isDone = false;
  /** Set if the caller has aborted the request: their reads fail. */
  #abort: { reason: unknown } | null = null;
  /** The read that the caller awaits. */
  #pending: { resolve(result: Result): void; reject(reason: unknown): void } | null = null;

  constructor(original: AsyncIterable<Chunk>, createObserver: () => BodyObserver) {
    this.#original = original;
    this.#createObserver = createObserver;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#next().then(resolve, reject);
    });
  }

  /** The caller stops reading. */
  async return(): Promise<Result> {
    if (!this.#isDone) {
      this.#isDone = true;
      if (!this.#observer.awaitsUsage) await this.#stop();
      else {
        this.#pending?.resolve(done());
        this.#drain();
      }
    }
    return done();
  }

  abort(reason: unknown): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#abort = { reason };
    this.#pending?.reject(reason);
    // Of several clones, one reports to the attempt.
    if (this.#created?.awaitsUsage) this.#drain();
    else void this.#stop().catch(() => {});
  }

  async #next(): Promise<Result> {
    while (!this.#isDone) {
      const value = await this.#read();
      if (value.length > 0) return { done: false, value };
      // The chunk is hidden, or ends within an event: read on.
    }
    if (this.#abort) throw this.#abort.reason;
    return done();
  }

  #drain(): void {
    const iterator = this.#iterator!;
    const next = async () => {
      const { done, value } = await iterator.next();
      return done ? null : bytesOf(value);
    };
    drain({ next, stop: () => void this.#close().catch(() => {}) }, this.#observer);
  }

  #stop(): Promise<void> {
    this.#observer.cancelled();
    return this.#close();
  }

  async #close(): Promise<void> {
    // Ends a read that is pending, for which the iterator's return would wait.
    if (this.#original.destroy) this.#original.destroy();
    else await this.#iterator?.return?.();
  }

  async #read(): Promise<Chunk> {
    this.#iterator ??= this.#original[Symbol.asyncIterator]();
    let result: IteratorResult<Chunk>;
    try {
      result = await this.#iterator.next();
    } catch (error) {
      if (this.#isDone) this.#observer.cancelled();
      else this.#observer.failed(error);
      this.#isDone = true;
      throw error;
    }
    if (result.done) {
      this.#isDone = true;
      return this.#observer.end();
    }
    const bytes = bytesOf(result.value);
    const shown = this.#observer.chunk(bytes);
    return shown === bytes ? result.value : shown;
  }

  get #observer(): BodyObserver {
    return this.#created ??= this.#createObserver();
  }
}

function done(): Result {
  return { done: true, value: undefined };
}

function bytesOf(chunk: Chunk): Uint8Array {
  return typeof chunk === "string" ? encoder.encode(chunk) : chunk;
}

interface NodeReadable {
  push(chunk: Chunk | null): boolean;
  destroy(error?: unknown): void;
  on(event: "error", listener: () => void): this;
}

type NodeReadableClass = new (options: {
  highWaterMark: number;
  objectMode: boolean;
  read(): void;
  destroy(error: unknown, done: (error: unknown) => void): void;
}) => NodeReadable;

/** Node's own class, without an import, which a browser could not resolve. `null` in a runtime without it. */
function nodeReadable(): NodeReadableClass | null {
  const { process } = globalThis as { process?: { getBuiltinModule?(id: string): { Readable: NodeReadableClass } } };
  return process?.getBuiltinModule?.("node:stream").Readable ?? null;
}

const encoder = new TextEncoder();
