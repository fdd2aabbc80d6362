/** Reads the body of an error before the caller does: it is small, and its code decides whether a retry can succeed. */
import type { Attempt } from "../../../attempts/attempt.ts";
import { mayRefuseUsage } from "../../../attempts/request/usage_refusals.ts";
import { SHOULD_RETRY_HEADER } from "../../../attempts/retry_advice.ts";
import { isForeignResponse } from "./foreign_response.ts";
import { headerReader } from "./header_reader.ts";
import { isAsyncIterable } from "./node_body.ts";
import { overlay } from "./overlay.ts";

/** An error's body is read up to this size: a small compressed one may be very large. */
const MAX_ERROR_BYTES = 1 << 20;

/** Members of a response that a copy of its body has. */
const OF_BODY = ["body", "bodyUsed", "text", "json", "arrayBuffer", "bytes", "blob", "formData", "clone"] as const;

/** Usage was requested for a caller who has not requested it. */
export interface HiddenUsage {
  /** Sends the request again without that; resolves to `null` if this is not permitted. */
  resend(): Promise<Response | null>;
}

/** @returns the response, whose body can be read although it has been. A body that breaks breaks for the caller as well. */
export async function readError(response: Response, attempt: Attempt, hidden: HiddenUsage | null): Promise<Response> {
  let text = "";
  try {
    for await (const part of textOf(response)) text += part;
  } catch (error) {
    attempt.unread();
    return withBody(response, brokenBody(text, error), attempt);
  }
  attempt.body(text);
  const resent = hidden && mayRefuseUsage(response.status, text) ? await hidden.resend() : null;
  return resent ?? withBody(response, text, attempt);
}

function withBody(response: Response, body: BodyInit, attempt: Attempt): Response {
  const { status, statusText, url } = response;
  const headers = headersFor(response, attempt);
  if (isForeignResponse(response) || status > MAX_STATUS) return replacedBody(response, body, headers);
  const copy = new Response(body, { status, statusText, headers });
  return Object.defineProperty(copy, "url", { value: url });
}

/** The highest status that a `Response` can be created with. Some servers send a higher one. */
const MAX_STATUS = 599;

function replacedBody(response: Response, body: BodyInit, headers: HeadersInit): Response {
  const copy = new Response(body);
  const own = Object.fromEntries(OF_BODY.map((name) => [name, {
    get: () => typeof copy[name] === "function" ? (copy[name] as () => unknown).bind(copy) : copy[name],
  }]));
  return overlay(response, Object.defineProperties({ headers }, own));
}

/** The response's headers. The SDK retries without quota left unless a header forbids it. */
function headersFor(response: Response, attempt: Attempt): HeadersInit {
  if (!attempt.isFinal || headerReader(response.headers)(SHOULD_RETRY_HEADER) !== null) return response.headers;
  const headers = new Headers(response.headers);
  headers.set(SHOULD_RETRY_HEADER, "false");
  return headers;
}

/** The first {@link MAX_ERROR_BYTES} of a body as text; the rest is not read. */
async function* textOf(response: Response): AsyncGenerator<string> {
  const body: unknown = response.body;
  // A mock may have no body, but a method that reads it.
  if (!isAsyncIterable(body)) return yield body === null ? "" : await readWhole(response);
  const decoder = new TextDecoder();
  let bytes = 0;
  for await (const chunk of body) {
    const part = (typeof chunk === "string" ? encoder.encode(chunk) : chunk).subarray(0, MAX_ERROR_BYTES - bytes);
    bytes += part.byteLength;
    yield decoder.decode(part, { stream: true });
    if (bytes >= MAX_ERROR_BYTES) break;
  }
  yield decoder.decode();
}

async function readWhole(response: Partial<Response>): Promise<string> {
  return await response.text?.() ?? JSON.stringify(await response.json?.()) ?? "";
}

/** A body that ends with an error after the text that has arrived. */
function brokenBody(text: string, error: unknown): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      if (text === "") return controller.error(error);
      controller.enqueue(encoder.encode(text));
      text = "";
    },
  }, { highWaterMark: 0 });
}

const encoder = new TextEncoder();
