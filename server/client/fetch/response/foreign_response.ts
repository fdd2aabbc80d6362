/**
 * Tracks a response that is not the runtime's own kind: of node-fetch, whose body is a Node stream, of a polyfill, or of a
 * mock, which may be a plain or frozen object. It stays unchanged, and the caller gets a proxy of it.
 */
import { isAsyncIterable, trackIterable } from "./node_body.ts";
import { overlay } from "./overlay.ts";
import {
  cloneTracking,
  createObserver,
  reports,
  reportWhole,
  type ResponseTracking,
  trackRead,
} from "./response_tracking.ts";
import { trackStream } from "./tracked_stream.ts";

/** The methods that read a whole body. `buffer` and `textConverted` are of node-fetch. */
const READERS = ["text", "json", "arrayBuffer", "bytes", "blob", "formData", "buffer", "textConverted"] as const;
const MEMBERS = new Set<string>([...READERS, "body", "clone"]);

/**
 * Whether a response must be tracked by a proxy. Otherwise its methods come from a prototype that reads a web stream, and
 * another prototype can be put before it.
 */
export function isForeignResponse(response: Response): boolean {
  if (!Object.isExtensible(response)) return true;
  if (isPlain(response)) return false;
  for (const name of Object.getOwnPropertyNames(response)) if (MEMBERS.has(name)) return true;
  return Object.getPrototypeOf(response) !== globalThis.Response.prototype && !hasWebBody(response);
}

/** Whether it is the runtime's own, with no member changed. A search among its own members takes ten times as long. */
function isPlain(response: Response & { buffer?: unknown; textConverted?: unknown }): boolean {
  const own = globalThis.Response.prototype;
  return Object.getPrototypeOf(response) === own && response.text === own.text && response.json === own.json &&
    response.arrayBuffer === own.arrayBuffer && response.bytes === own.bytes && response.blob === own.blob &&
    response.formData === own.formData && response.clone === own.clone && response.buffer === undefined &&
    response.textConverted === undefined && !Object.hasOwn(response, "body");
}

/** Whether it is a Response of undici, or of another library with web streams. Bun's node-fetch is a subclass without. */
function hasWebBody({ text, body }: Partial<Response>): boolean {
  return typeof text === "function" && (body === null || isWebStream(body));
}

/** @returns a proxy that reports to the attempt what is read through it. */
export function trackForeignResponse(response: Response, tracking: ResponseTracking): Response {
  const own: Record<string, unknown> = {};
  for (const name of READERS) if (typeof method(response, name) === "function") own[name] = reader(name);
  if (typeof response.clone === "function") {
    own.clone = () => trackForeignResponse(response.clone(), cloneTracking(tracking));
  }
  Object.defineProperty(own, "body", { get: () => tracking.body ??= trackedBody(response.body, tracking) });
  return overlay(response, own);

  function reader(name: string): () => Promise<unknown> {
    return async () => {
      // A mock may return a value instead of a promise, or throw.
      const read = async () => await method(response, name)!.call(response);
      if (response.bodyUsed) return await read();
      if (!reports(tracking)) return tracking.hides_usage ? await report(tracking, name, await read()) : await read();
      return await trackRead(tracking, read, (value) => report(tracking, name, value));
    };
  }
}

type Reader = () => unknown;

function method(response: Response, name: string): Reader | undefined {
  return (response as unknown as Record<string, Reader | undefined>)[name];
}

function trackedBody(body: unknown, tracking: ResponseTracking): unknown {
  const observer = () => createObserver(tracking);
  if (isWebStream(body)) return trackStream(body, observer, tracking.signal);
  return isAsyncIterable(body) ? trackIterable(body, observer, tracking.signal) : body;
}

function isWebStream(body: unknown): body is ReadableStream<Uint8Array> {
  return typeof (body as Partial<ReadableStream> | null)?.getReader === "function";
}

/** Reports a whole body, and returns it without the usage chunk. */
async function report(tracking: ResponseTracking, name: string, value: unknown): Promise<unknown> {
  const { attempt, kind } = tracking;
  if (name === "json") {
    if (reports(tracking)) attempt.answered(value);
    return value;
  }
  const bytes = kind === "other" ? null : await bytesOf(value);
  if (bytes === null) attempt.body("");
  else {
    const left = reportWhole(tracking, bytes);
    if (left !== bytes) return inFormOf(value, left);
  }
  return value;
}

async function bytesOf(value: unknown): Promise<Uint8Array | null> {
  if (typeof value === "string") return encoder.encode(value);
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (value instanceof Uint8Array) return value;
  const blob = value as Partial<Blob> | null | undefined;
  return typeof blob?.arrayBuffer === "function" ? new Uint8Array(await blob.arrayBuffer()) : null;
}

/** Bytes in the form in which the body was read. */
function inFormOf(value: unknown, bytes: Uint8Array): unknown {
  if (typeof value === "string") return decoder.decode(bytes);
  if (value instanceof ArrayBuffer) return bytes.slice().buffer;
  // A Buffer stays a Buffer.
  if (value instanceof Uint8Array) return (value.constructor as typeof Uint8Array).from(bytes);
  return new Blob([bytes.slice()], { type: (value as Blob).type });
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
