/**
 * Watches a fetch Response without a second copy of it: the methods by which a caller can read the body are replaced on
 * the instance, so that what he reads is what is seen. `clone().json()` beside him would cost more than the call.
 */
import type { Attempt } from "./attempt.ts";
import { HiddenUsage } from "./hidden_usage.ts";

/**
 * Ties an attempt to the reading of its response.
 *
 * @param hides_usage take out the usage chunk that we asked for and the caller did not.
 */
export function tapResponse(response: Response, attempt: Attempt, hides_usage: boolean): Response {
  if (response.body === null) {
    attempt.body("");
    return response;
  }
  const clone = response.clone.bind(response);
  replace(response, { clone: () => tapResponse(clone(), attempt, hides_usage) });
  if (response.headers.get("content-type")?.includes("text/event-stream")) tapStream(response, attempt, hides_usage);
  else tapBody(response, attempt);
  return response;
}

/** The bytes of the body, whole, by whichever method the caller asks for them. */
function tapBody(response: Response, attempt: Attempt): void {
  const readBytes = response.arrayBuffer.bind(response);
  const readText = response.text.bind(response);
  const text = watched(attempt, readText, (read) => read);
  const bytes = watched(attempt, readBytes, (read) => isJson(response) ? decoder.decode(read) : "");
  replace(response, {
    text,
    json: async () => JSON.parse(await text()),
    arrayBuffer: bytes,
    bytes: async () => new Uint8Array(await bytes()),
    blob: async () => new Blob([await bytes()], { type: response.headers.get("content-type") ?? "" }),
    formData: async () => new Response(await bytes(), { headers: response.headers }).formData(),
  });
  const collected: Uint8Array[] = [];
  const collect = (chunk: Uint8Array) => {
    if (isJson(response)) collected.push(chunk);
    return chunk;
  };
  const end = () => {
    attempt.body(collected.map((chunk) => latin1.decode(chunk)).join(""));
    return NOTHING;
  };
  tapBodyProperty(response, collect, end, attempt);
}

function tapStream(response: Response, attempt: Attempt, hides_usage: boolean): void {
  const hidden = hides_usage ? new HiddenUsage() : null;
  const pass = (chunk: Uint8Array) => {
    attempt.chunk(chunk);
    return hidden ? hidden.push(chunk) : chunk;
  };
  tapBodyProperty(response, pass, () => hidden?.end() ?? NOTHING, attempt);
  const whole = () => new Response(response.body, { headers: response.headers });
  replace(response, {
    text: () => whole().text(),
    json: () => whole().json(),
    arrayBuffer: () => whole().arrayBuffer(),
    bytes: () => whole().bytes(),
    blob: () => whole().blob(),
    formData: () => whole().formData(),
  });
}

/** Replaces `body` by a stream that is read only when the caller reads it, a chunk for a chunk. */
function tapBodyProperty(
  response: Response,
  pass: (chunk: Uint8Array) => Uint8Array,
  end: () => Uint8Array,
  attempt: Attempt,
): void {
  const original = response.body!;
  let tapped: ReadableStream<Uint8Array> | null = null;
  Object.defineProperty(response, "body", {
    configurable: true,
    get: () => tapped ??= tappedStream(original, pass, end, attempt),
  });
}

function tappedStream(
  original: ReadableStream<Uint8Array>,
  pass: (chunk: Uint8Array) => Uint8Array,
  end: () => Uint8Array,
  attempt: Attempt,
): ReadableStream<Uint8Array> {
  // Not before somebody reads: looking at `body` must not lock it for `text()`.
  let opened: ReadableStreamDefaultReader<Uint8Array> | null = null;
  const reader = () => opened ??= original.getReader();
  const finish = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const rest = end();
    if (rest.byteLength) controller.enqueue(rest);
    attempt.streamEnded();
    controller.close();
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        for (;;) {
          const { done, value } = await reader().read();
          if (done) return finish(controller);
          const passed = pass(value);
          // A chunk of which all was hidden, or that is half an event, gives the caller nothing yet: read on.
          if (passed.byteLength) return controller.enqueue(passed);
        }
      } catch (error) {
        readFailed(attempt, error);
        controller.error(error);
      }
    },
    cancel(reason) {
      attempt.aborted();
      return reader().cancel(reason);
    },
  }, { highWaterMark: 0 });
}

function watched<T>(attempt: Attempt, read: () => Promise<T>, text: (read: T) => string): () => Promise<T> {
  return async () => {
    try {
      const value = await read();
      attempt.body(text(value));
      return value;
    } catch (error) {
      readFailed(attempt, error);
      throw error;
    }
  };
}

/** A reader that was aborted has left; any other failure is the line's. */
export function readFailed(attempt: Attempt, error: unknown): void {
  const name = error instanceof Error ? error.name : "";
  if (name === "AbortError") attempt.aborted();
  else attempt.broke(name === "TimeoutError" ? "timeout" : "connection_lost");
}

function replace(response: Response, methods: Record<string, () => unknown>): void {
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(response, name, { value, configurable: true, writable: true });
  }
}

function isJson(response: Response): boolean {
  return response.headers.get("content-type")?.includes("json") ?? false;
}

const decoder = new TextDecoder();
/** For JSON in pieces: a cut inside a character harms nothing that is looked for. */
const latin1 = new TextDecoder("latin1");
const NOTHING = new Uint8Array(0);
