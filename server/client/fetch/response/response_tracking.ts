/** The state of a tracked response, which its clones and its readers share. */
import { type AnswerKind, isStreamed, kindOfStart, kindOfType } from "../../../attempts/answer/answer_kind.ts";
import { SecondLine } from "../../../attempts/answer/json_lines.ts";
import type { Attempt } from "../../../attempts/attempt.ts";
import { AnswerObserver, type BodyObserver, settleFailed } from "./body_observer.ts";
import { headerReader } from "./header_reader.ts";
import type { StreamSignal } from "../stream_signal.ts";
import { type ReadHandle, unreadResponses } from "./unread_responses.ts";

export interface ResponseTracking {
  attempt: Attempt;
  hides_usage: boolean;
  /** The content type. */
  type: string | null;
  /** The kind that it tells. */
  kind: AnswerKind;
  /** Shared with clones: the first that is read reports to the attempt, so that no byte is seen twice. */
  handle: ReadHandle & { reader: ResponseTracking | null };
  /** The tracked body, once the caller has asked for it. */
  body: unknown;
  /** The signal of the request, if the caller may abort a stream. */
  signal: StreamSignal | null;
}

/** @param hides_usage remove the usage chunk, which tracking requested and the caller did not. */
export function responseTracking(
  response: Response,
  attempt: Attempt,
  hides_usage: boolean,
  signal: StreamSignal | null,
): ResponseTracking {
  const header = headerReader(response.headers);
  // The SDK does not read an empty body.
  if (response.status === 204 || header("content-length") === "0") attempt.body("");
  const type = header("content-type");
  const handle = { attempt, reader: null, isReading: false, index: -1 };
  unreadResponses.watch(handle);
  return { attempt, hides_usage, type, kind: kindOfType(type), handle, body: null, signal };
}

/** Whether this one of the response's clones reports to the attempt. */
export function reports(tracking: ResponseTracking): boolean {
  tracking.handle.reader ??= tracking;
  return tracking.handle.reader === tracking;
}

/** The tracking of a clone, whose body is another. */
export function cloneTracking(tracking: ResponseTracking): ResponseTracking {
  tracking.signal?.share();
  return { ...tracking, body: null };
}

/** The observer of a body that is read in chunks. */
export function createObserver(tracking: ResponseTracking): BodyObserver {
  const { attempt, type, hides_usage } = tracking;
  return new AnswerObserver(reports(tracking) ? attempt : null, type, hides_usage);
}

/**
 * Reports a whole body of this type.
 *
 * @returns what is left of it, if it is an event stream with a usage chunk that the caller did not request.
 */
export function reportWhole(tracking: ResponseTracking, bytes: Uint8Array): Uint8Array {
  const kind = tracking.kind ?? kindOfStart(bytes);
  if (isStreamed(kind) || (kind === "json" && new SecondLine().push(bytes))) {
    const observer = createObserver(tracking);
    const shown = observer.chunk(bytes);
    const last = observer.end();
    return last.byteLength === 0 ? shown : Uint8Array.from([...shown, ...last]);
  }
  if (reports(tracking)) tracking.attempt.body(kind === "json" ? decoder.decode(bytes) : "");
  return bytes;
}

/** As {@link reportWhole}, for a body that is read as text. */
export function reportText(tracking: ResponseTracking, text: string): string {
  const kind = tracking.kind ?? kindOfText(text);
  if (isStreamed(kind) || hasSecondLine(text)) return decoder.decode(reportWhole(tracking, encoder.encode(text)));
  if (reports(tracking)) tracking.attempt.body(text);
  return text;
}

/** Whether a text is JSON lines, as {@link SecondLine} finds it. */
function hasSecondLine(text: string): boolean {
  const end = text.indexOf("\n");
  return end > 0 && text.startsWith("{") && /\}\s*$/.test(text.slice(Math.max(0, end - 16), end)) &&
    /^\s*\{/.test(text.slice(end, end + 16));
}

/** The usual answer is told by its first character. */
function kindOfText(text: string): AnswerKind {
  return text.startsWith("{") ? "json" : kindOfStart(encoder.encode(text.slice(0, START_CHARACTERS)));
}

/** Characters that tell the kind, after some empty lines. */
const START_CHARACTERS = 200;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

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
