/**
 * Watches a fetch Response without a second copy of it: what the caller reads is what is seen. `clone().json()` beside him
 * would cost more than the call, and so would seven methods defined on each response: its prototype is put in between.
 */
import type { Attempt } from "../../attempts/attempt.ts";
import { endDrop, type Reading, watchDrop } from "./dropped.ts";
import { BodyTap, type ByteTap, StreamTap } from "./byte_tap.ts";
import { readFailed } from "./read_failed.ts";
import { tappedStream } from "./tapped_stream.ts";

/** What is known of a response that is watched. */
interface Tap {
  attempt: Attempt;
  hides_usage: boolean;
  isStream: boolean;
  isJson: boolean;
  /** Shared with clones: the first that is read tells, so that no byte is seen twice. */
  reading: Reading & { by: Tap | null };
  body: ReadableStream<Uint8Array> | null;
}

const TAP = Symbol("tap");
type Tapped = Response & { [TAP]: Tap };

/**
 * Ties an attempt to the reading of its response.
 *
 * @param hides_usage take out the usage chunk that we asked for and the caller did not.
 */
export function tapResponse(response: Response, attempt: Attempt, hides_usage: boolean): Response {
  const { headers } = response;
  // The SDK does not even read these.
  if (response.status === 204 || headers.get("content-length") === "0") attempt.body("");
  const type = headers.get("content-type") ?? "";
  const isStream = type.includes("text/event-stream");
  const reading = { attempt, by: null, whole: false, index: -1 };
  watchDrop(reading);
  return tap(response, { attempt, hides_usage, isStream, isJson: type.includes("json"), reading, body: null });
}

function tap(response: Response, known: Tap): Response {
  const tapped = Object.setPrototypeOf(response, watching(Object.getPrototypeOf(response))) as Tapped;
  tapped[TAP] = known;
  return tapped;
}

const prototypes = new WeakMap<Response, Response>();

/** A prototype over that of the runtime's responses, or of another fetch's. */
function watching(base: Response): Response {
  const known = prototypes.get(base);
  if (known) return known;
  const made = Object.create(base, Object.getOwnPropertyDescriptors(methods(base)));
  prototypes.set(base, made);
  return made;
}

function methods(base: Response): object {
  const body = (of: Response) => Reflect.get(base, "body", of) as Tap["body"];
  const text = (of: Tapped) => watched(of, () => base.text.call(of), (read) => of[TAP].attempt.body(read));
  const bytes = (of: Tapped) =>
    watched(
      of,
      () => base.arrayBuffer.call(of),
      (read) => of[TAP].attempt.body(of[TAP].isJson ? decoder.decode(read) : ""),
    );
  return {
    get body() {
      return tappedBody(this as Tapped, body);
    },
    text(this: Tapped) {
      return this[TAP].isStream ? whole(this).text() : text(this);
    },
    async json(this: Tapped) {
      return JSON.parse(await this.text());
    },
    arrayBuffer(this: Tapped) {
      return this[TAP].isStream ? whole(this).arrayBuffer() : bytes(this);
    },
    async bytes(this: Tapped) {
      return new Uint8Array(await this.arrayBuffer());
    },
    async blob(this: Tapped) {
      return new Blob([await this.arrayBuffer()], { type: this.headers.get("content-type") ?? "" });
    },
    async formData(this: Tapped) {
      return await new Response(await this.arrayBuffer(), { headers: this.headers }).formData();
    },
    clone(this: Tapped) {
      return tap(base.clone.call(this), { ...this[TAP], body: null });
    },
  };
}

function watched<T>(of: Tapped, read: () => Promise<T>, tell: (read: T) => void): Promise<T> {
  const known = of[TAP];
  // Read a second time it fails as it would without us, and that is no news of the attempt.
  if (of.bodyUsed || !leading(known)) return read();
  known.reading.whole = true;
  const { reading } = known;
  return read().then((value) => {
    endDrop(reading);
    tell(value);
    return value;
  }, (error) => {
    endDrop(reading);
    readFailed(reading.attempt, error);
    throw error;
  });
}

function leading(known: Tap): boolean {
  known.reading.by ??= known;
  return known.reading.by === known;
}

/** The body as a stream that is read only when the caller reads it, a chunk for a chunk. */
function tappedBody(of: Tapped, body: (of: Response) => Tap["body"]): Tap["body"] {
  const known = of[TAP];
  const original = known.body ? null : body(of);
  if (original) known.body = tappedStream(original, () => byteTap(known));
  return known.body;
}

function byteTap(known: Tap): ByteTap {
  const attempt = leading(known) ? known.attempt : null;
  return known.isStream ? new StreamTap(attempt, known.hides_usage) : new BodyTap(attempt, known.isJson);
}

/** Of a stream, read in one piece: what is hidden is hidden here as well. */
function whole(of: Tapped): Response {
  return new Response(of.body, { headers: of.headers });
}

const decoder = new TextDecoder();
