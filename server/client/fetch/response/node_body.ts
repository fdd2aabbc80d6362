/** Tracks a body that is not a web stream: a Node stream, as node-fetch has it, or any other async iterable of chunks. */
import type { BodyObserver } from "./body_observer.ts";

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
 * @returns for a Node stream a Node stream, otherwise an async iterator.
 */
export function trackIterable(original: AsyncIterable<Chunk>, createObserver: () => BodyObserver): unknown {
  const chunks = new TrackedChunks(original, createObserver);
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

class TrackedChunks implements AsyncIterableIterator<Chunk, undefined> {
  readonly #original: NodeStream;
  readonly #createObserver: () => BodyObserver;
  #iterator: AsyncIterator<Chunk> | null = null;
  #created: BodyObserver | null = null;
  #isDone = false;

  constructor(original: AsyncIterable<Chunk>, createObserver: () => BodyObserver) {
    this.#original = original;
    this.#createObserver = createObserver;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Chunk, undefined>> {
    while (!this.#isDone) {
      const value = await this.#read();
      if (value.length > 0) return { done: false, value };
      // The chunk is hidden, or ends within an event: read on.
    }
    return { done: true, value: undefined };
  }

  /** The caller stops reading. */
  async return(): Promise<IteratorResult<Chunk, undefined>> {
    if (!this.#isDone) {
      this.#isDone = true;
      this.#observer.cancelled();
      // Ends a read that is pending, for which the iterator's return would wait.
      if (this.#original.destroy) this.#original.destroy();
      else await this.#iterator?.return?.();
    }
    return { done: true, value: undefined };
  }

  async #read(): Promise<Chunk> {
    this.#iterator ??= this.#original[Symbol.asyncIterator]();
    let result: IteratorResult<Chunk>;
    try {
      result = await this.#iterator.next();
    } catch (error) {
      this.#isDone = true;
      this.#observer.failed(error);
      throw error;
    }
    if (result.done) {
      this.#isDone = true;
      return this.#observer.end();
    }
    const bytes = typeof result.value === "string" ? encoder.encode(result.value) : result.value;
    const shown = this.#observer.chunk(bytes);
    return shown === bytes ? result.value : shown;
  }

  get #observer(): BodyObserver {
    return this.#created ??= this.#createObserver();
  }
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
