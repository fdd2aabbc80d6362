/** Sends an attempt that is permitted, and ties it to the response. */
import type { Attempt } from "../../attempts/attempt.ts";
import { SHOULD_RETRY_HEADER } from "../../attempts/retry_advice.ts";
import { isConnectFailure } from "../../attempts/connect_failure.ts";
import { settleFailed } from "./body_observer.ts";
import { trackResponse } from "./tracked_response.ts";

/** An error's body is read up to this size: a small compressed one may be very large. */
const MAX_ERROR_BYTES = 1 << 20;

/** @param send the fetch that sends. */
export function sendAttempt(
  send: typeof fetch,
  input: RequestInfo | URL,
  init: RequestInit,
  attempt: Attempt,
  hides_usage: boolean,
): Promise<Response> {
  // The caller may have aborted while the permit was awaited.
  if (init.signal?.aborted) {
    attempt.unsent(null);
    return Promise.reject(init.signal.reason);
  }
  const onResponse = (response: Response) => {
    const { headers, status } = response;
    attempt.head(status, (name) => headers.get(name));
    return status < 400 ? trackResponse(response, attempt, hides_usage) : readError(response, attempt);
  };
  const onFailure = (error: unknown) => {
    if (isConnectFailure(error)) attempt.unsent(String(error));
    else if (init.signal?.aborted) attempt.aborted();
    else settleFailed(attempt, error);
    throw error;
  };
  try {
    return Promise.resolve(send(input, init)).then(onResponse, onFailure);
  } catch (error) {
    // A fetch that throws instead of rejecting.
    return Promise.reject(error).then(onResponse, onFailure);
  }
}

/** Reads an error's body immediately, whatever the caller does with it: it is small, and the error's code is needed. */
async function readError(response: Response, attempt: Attempt): Promise<Response> {
  let text: string;
  try {
    text = await readText(response, MAX_ERROR_BYTES);
  } catch (error) {
    attempt.unread();
    throw error;
  }
  attempt.body(text);
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  if (attempt.isFinal && !headers.has(SHOULD_RETRY_HEADER)) headers.set(SHOULD_RETRY_HEADER, "false");
  const copy = new Response(text, { status, statusText, headers });
  Object.defineProperty(copy, "url", { value: response.url });
  return copy;
}

/** The first `max_bytes` of a body as text; the rest is not read. */
async function readText(response: Response, max_bytes: number): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body) {
    const part = chunk.subarray(0, max_bytes - bytes);
    bytes += part.byteLength;
    text += decoder.decode(part, { stream: true });
    if (bytes >= max_bytes) break;
  }
  return text + decoder.decode();
}
