/** The state of a tracked response, which its clones and its readers share. */
import type { Attempt } from "../../attempts/attempt.ts";
import { type BodyObserver, EventObserver, JsonObserver, settleFailed } from "./body_observer.ts";
import { headerReader } from "./header_reader.ts";
import { type ReadHandle, unreadResponses } from "./unread_responses.ts";

export interface ResponseTracking {
  attempt: Attempt;
  hides_usage: boolean;
  isStream: boolean;
  isJson: boolean;
  /** Shared with clones: the first that is read reports to the attempt, so that no byte is seen twice. */
  handle: ReadHandle & { reader: ResponseTracking | null };
  /** The tracked body, once the caller has asked for it. */
  body: unknown;
}

/** @param hides_usage remove the usage chunk, which tracking requested and the caller did not. */
export function responseTracking(response: Response, attempt: Attempt, hides_usage: boolean): ResponseTracking {
  const header = headerReader(response.headers);
  // The SDK does not read an empty body.
  if (response.status === 204 || header("content-length") === "0") attempt.body("");
  const type = header("content-type")?.toLowerCase() ?? "";
  const handle = { attempt, reader: null, isReading: false, index: -1 };
  unreadResponses.watch(handle);
  const isStream = type.includes("text/event-stream");
  return { attempt, hides_usage, isStream, isJson: type.includes("json"), handle, body: null };
}

/** Whether this one of the response's clones reports to the attempt. */
export function reports(tracking: ResponseTracking): boolean {
  tracking.handle.reader ??= tracking;
  return tracking.handle.reader === tracking;
}

/** The observer of a body that is read in chunks. */
export function createObserver(tracking: ResponseTracking): BodyObserver {
  const { attempt, isStream, isJson, hides_usage } = tracking;
  const reporting = reports(tracking) ? attempt : null;
  return isStream ? new EventObserver(reporting, hides_usage) : new JsonObserver(reporting, isJson);
}

/**
 * Reads a whole body with `read`, and passes it to `report`.
 *
 * @returns what `report` returns.
 */
export function trackRead<T>(
  { handle }: ResponseTracking,
  read: () => Promise<T>,
  report: (value: T) => T | Promise<T>,
): Promise<T> {
  handle.isReading = true;
  return read().then((value) => {
    unreadResponses.unwatch(handle);
    return report(value);
  }, (error) => {
    unreadResponses.unwatch(handle);
    settleFailed(handle.attempt, error);
    throw error;
  });
}
