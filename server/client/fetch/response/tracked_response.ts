/**
 * Tracks a fetch Response without a second copy of its body: the attempt sees what the caller reads. `clone().json()` would
 * cost more than the call, and so would seven methods defined on each response: instead a prototype is put between the
 * response and its own.
 */
import type { Attempt } from "../../../attempts/attempt.ts";
import { isForeignResponse, trackForeignResponse } from "./foreign_response.ts";
import {
  cloneTracking,
  createObserver,
  reports,
  reportText,
  reportWhole,
  type ResponseTracking,
  responseTracking,
  trackRead,
} from "./response_tracking.ts";
import type { StreamSignal } from "../stream_signal.ts";
import { trackStream } from "./tracked_stream.ts";

const TRACKING = Symbol("tracking");
type Tracked = Response & { [TRACKING]: ResponseTracking };
type Body = ReadableStream<Uint8Array> | null;

/**
 * Ties an attempt to the reading of its response.
 *
 * @param hides_usage remove the usage chunk, which tracking requested and the caller did not.
 * @param signal of the request, if the caller may abort a stream.
 */
export function trackResponse(
  response: Response,
  attempt: Attempt,
  hides_usage: boolean,
  signal: StreamSignal | null = null,
): Response {
  const tracking = responseTracking(response, attempt, hides_usage, signal);
  return isForeignResponse(response) ? trackForeignResponse(response, tracking) : track(response, tracking);
}

function track(response: Response, tracking: ResponseTracking): Response {
  const prototype = trackingPrototype(Object.getPrototypeOf(response));
  const tracked = Object.setPrototypeOf(response, prototype) as Tracked;
  tracked[TRACKING] = tracking;
  return tracked;
}

const prototypes = new WeakMap<Response, Response>();

/** @param base the prototype of the runtime's responses, or of another fetch's. */
function trackingPrototype(base: Response): Response {
  const known = prototypes.get(base);
  if (known) return known;
  const made = Object.create(base, Object.getOwnPropertyDescriptors(methods(base)));
  prototypes.set(base, made);
  return made;
}

function methods(base: Response): object {
  const body = (response: Response) => Reflect.get(base, "body", response) as Body;
  return {
    get body() {
      return trackedBody(this as Tracked, body);
    },
    text(this: Tracked) {
      if (isUnreadStream(this)) return readStream(this).text();
      return readWhole(this, () => base.text.call(this), reportText);
    },
    async json(this: Tracked) {
      return JSON.parse(await this.text());
    },
    arrayBuffer(this: Tracked) {
      if (isUnreadStream(this)) return readStream(this).arrayBuffer();
      return readWhole(this, () => base.arrayBuffer.call(this), reportBuffer);
    },
    async bytes(this: Tracked) {
      return new Uint8Array(await this.arrayBuffer());
    },
    async blob(this: Tracked) {
      return new Blob([await this.arrayBuffer()], { type: this.headers.get("content-type") ?? "" });
    },
    async formData(this: Tracked) {
      return await new Response(await this.arrayBuffer(), { headers: this.headers }).formData();
    },
    clone(this: Tracked) {
      const tracking = this[TRACKING];
      if ((tracking.body as Body)?.locked) lockedError();
      const copy = track(base.clone.call(this), cloneTracking(tracking));
      // The response has another body from now on.
      tracking.body = null;
      return copy;
    },
  };
}

function reportBuffer(tracking: ResponseTracking, buffer: ArrayBuffer): ArrayBuffer {
  const bytes = new Uint8Array(buffer);
  const left = reportWhole(tracking, bytes);
  return left === bytes ? buffer : left.slice().buffer as ArrayBuffer;
}

/** Reads a whole body with `read`, and reports it to the attempt with `report`. */
function readWhole<T>(
  response: Tracked,
  read: () => Promise<T>,
  report: (tracking: ResponseTracking, value: T) => T,
): Promise<T> {
  const tracking = response[TRACKING];
  // A second read fails, as it does without tracking, and says nothing about the attempt.
  if (response.bodyUsed) return read();
  if ((tracking.body as Body)?.locked) return Promise.resolve().then(lockedError);
  if (!reports(tracking)) return tracking.hides_usage ? read().then((value) => report(tracking, value)) : read();
  return trackRead(tracking, read, (value) => report(tracking, value));
}

function trackedBody(response: Tracked, body: (response: Response) => Body): Body {
  const tracking = response[TRACKING];
  const original = tracking.body ? null : body(response);
  if (original) tracking.body = trackStream(original, () => createObserver(tracking), tracking.signal);
  return tracking.body as Body;
}

function lockedError(): never {
  throw new TypeError("Cannot read the body of this response: it is locked by a reader");
}

/** Otherwise the read is refused, which {@link readWhole} does as the runtime does. */
function isUnreadStream(response: Tracked): boolean {
  const { kind, body } = response[TRACKING];
  return kind === "events" && !response.bodyUsed && !(body as Body)?.locked;
}

/** A stream that is read as a whole: the usage chunk is removed here as well. */
function readStream(response: Tracked): Response {
  return new Response(response.body, { headers: response.headers });
}
