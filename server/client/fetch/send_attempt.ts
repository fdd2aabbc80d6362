/** Sends an attempt that is permitted, and ties it to the response. */
import type { Attempt } from "../../attempts/attempt.ts";
import { isConnectFailure } from "../../attempts/connect_failure.ts";
import { settleFailed } from "./response/body_observer.ts";
import { type HiddenUsage, readError } from "./response/error_response.ts";
import { CALL, type CallInit } from "./permit.ts";
import { headerReader } from "./response/header_reader.ts";
import type { StreamSignal } from "./stream_signal.ts";
import { trackResponse } from "./response/tracked_response.ts";

/**
 * @param send the fetch that sends.
 * @param hidden set if usage was requested, and the caller has not requested it.
 * @param signal of a stream, which `init` contains.
 */
export function sendAttempt(
  send: typeof fetch,
  input: RequestInfo | URL,
  init: CallInit,
  attempt: Attempt,
  hidden: HiddenUsage | null,
  signal: StreamSignal | null,
): Promise<Response> {
  const call = init[CALL];
  // The caller may have aborted while the permit was awaited.
  if (init.signal?.aborted) {
    call?.failed();
    attempt.unsent(null);
    return Promise.reject(init.signal.reason);
  }
  const onResponse = (response: Response) => {
    if (!response?.ok) call?.failed();
    return received(response, attempt, hidden, signal);
  };
  const onFailure = (error: unknown) => {
    call?.failed();
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

function received(
  response: Response,
  attempt: Attempt,
  hidden: HiddenUsage | null,
  signal: StreamSignal | null,
): Response | Promise<Response> {
  try {
    const { headers, ok = true, status = ok ? 200 : 500 } = response;
    attempt.head(status, headerReader(headers));
    if (status >= 400) return readError(response, attempt, hidden);
    return trackResponse(response, attempt, hidden !== null, signal);
  } catch {
    // It is not a response: a mock may answer with nothing.
    attempt.unread();
    return response;
  }
}
