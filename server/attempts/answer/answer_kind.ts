/** Tells how an answer is read: by its content type, in any spelling, and by its first bytes. */

import { RECORD_SEPARATOR } from "./values_as_events.ts";

/** An event stream, JSON lines, one JSON value, anything else; `null` if only its first bytes can tell. */
export type AnswerKind = "events" | "lines" | "json" | "other" | null;

/** Bytes that are looked at: more than the longest start of an event. */
const START_BYTES = 16;

/** Pictures, sound and archives are never read. */
const BINARY = /^(?:audio|image|video|font)\/|^application\/(?:zip|gzip|pdf)$/;

/** One JSON value on each line, under the names in use. */
const LINES =
  /^application\/(?:(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines|json-stream|json-seq)|stream\+json|x-json-stream)$/;

const EVENT = /^(?:data|event|id|retry)?:/;
const MAYBE_EVENT = /^(?:d(?:a(?:t(?:a)?)?)?|e(?:v(?:e(?:n(?:t)?)?)?)?|i(?:d)?|r(?:e(?:t(?:r(?:y)?)?)?)?)?$/;

/**
 * The kind that a content type tells.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { kindOfType } from "./answer_kind.ts";
 *
 * assert.equal(kindOfType("TEXT/Event-Stream; charset=utf-8"), "events");
 * assert.equal(kindOfType("application/x-ndjson"), "lines");
 * assert.equal(kindOfType("audio/mpeg"), "other");
 * assert.equal(kindOfType("application/json"), null);
 * ```
 */
export function kindOfType(type: string | null | undefined): AnswerKind {
  // What most answers are, told without a pattern.
  if (!type || type === "application/json") return null;
  const media = type.split(";", 1)[0].trim().toLowerCase();
  if (media === "text/event-stream") return "events";
  if (LINES.test(media)) return "lines";
  return BINARY.test(media) ? "other" : null;
}

/** Whether an answer of that kind arrives part by part. */
export function isStreamed(kind: AnswerKind): boolean {
  return kind === "events" || kind === "lines";
}

/**
 * The kind that the first bytes of a body tell; `null` if there are too few of them.
 *
 * @param start its first bytes, at least {@link START_BYTES} of them or all that have arrived.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { kindOfStart } from "./answer_kind.ts";
 *
 * const start = (text: string) => kindOfStart(new TextEncoder().encode(text));
 * assert.deepEqual([start('\r\n{"id"'), start(": ping"), start("<html>"), start("da")], ["json", "events", "other", null]);
 * ```
 */
export function kindOfStart(start: Uint8Array): AnswerKind {
  const at = skipBlank(start);
  // An object or an array: its brackets differ in one bit.
  if ((start[at] | 0x20) === 0x7b) return "json";
  if (start[at] === RECORD_SEPARATOR) return "lines";
  const text = String.fromCharCode(...start.subarray(at, at + START_BYTES));
  if (EVENT.test(text)) return "events";
  return MAYBE_EVENT.test(text) || isPartOfMark(start, at) ? null : "other";
}

/** Skips a byte order mark and white space, which providers send to keep a connection open. */
export function skipBlank(bytes: Uint8Array): number {
  let at = bytes[0] === MARK[0] && MARK.every((byte, index) => bytes[index] === byte) ? MARK.length : 0;
  while (at < bytes.length && BLANK.has(bytes[at])) at++;
  return at;
}

function isPartOfMark(start: Uint8Array, at: number): boolean {
  return at === 0 && start.length < MARK.length && start.every((byte, index) => byte === MARK[index]);
}

const MARK = [0xef, 0xbb, 0xbf];
const BLANK = new Set([0x09, 0x0a, 0x0d, 0x20]);
