/** The table of marks: four bytes for each value that the attempts of a minute have. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type MarkedValue, markOf, type MinuteMarks } from "../../history/marks.ts";

/**
 * The tables of searches, as version 6 of the ledger's file has them. A published table never changes. `search_from` has
 * the first minute of which all attempts have marks, and the first one of which all sums of minutes are there. Attempts
 * that are in the sums of an older file get no marks: to read them again would take minutes.
 */
export const SEARCH_TABLES = `
CREATE TABLE search_marks (minute INTEGER PRIMARY KEY, marks BLOB NOT NULL) STRICT;
CREATE TABLE search_from (marks INTEGER NOT NULL, minutes INTEGER NOT NULL) STRICT;
INSERT INTO search_from SELECT first, first FROM (
  SELECT iif(attempt = 0, 0, (SELECT coalesce(max(started_at_ms), 0) / 60000 + 1 FROM attempts)) AS first
  FROM history_place
);
`;

/** Adds marks to the table. The caller has begun a transaction. */
export class MarkRows {
  readonly #select: StatementSync;
  readonly #replace: StatementSync;

  constructor(db: DatabaseSync) {
    this.#select = db.prepare("SELECT marks FROM search_marks WHERE minute = ?");
    this.#replace = db.prepare("REPLACE INTO search_marks (minute, marks) VALUES (?, ?)");
  }

  add({ minute, marks }: MinuteMarks): void {
    const known = this.#select.get(minute)?.marks as Uint8Array | undefined;
    // A few marks twice cost less than to look for each of them among a hundred thousand.
    const all = new Uint32Array((known?.length ?? 0) / 4 + marks.length);
    const bytes = new Uint8Array(all.buffer);
    all.set(marks, all.length - marks.length);
    if (known) bytes.set(known);
    this.#replace.run(minute, bytes);
  }
}

/** The minutes of which the table lacks some of these marks. Minutes that never had all of theirs are not compared. */
export function* lackingMinutes(db: DatabaseSync, minutes: Iterable<MinuteMarks>): Generator<number> {
  const from = marksFrom(db);
  const select = db.prepare("SELECT marks FROM search_marks WHERE minute = ?");
  for (const { minute, marks } of minutes) {
    if (minute < from) continue;
    const row = select.get(minute);
    const known = new Set(row ? decoded(row.marks as Uint8Array) : []);
    if (!marks.every((mark) => known.has(mark))) yield minute;
  }
}

/** The first minute of which all attempts have marks. */
function marksFrom(db: DatabaseSync): number {
  return Number(db.prepare("SELECT marks FROM search_from").get()!.marks);
}

/** Clears the minutes of a window that have no attempt with all of some values. */
export function clearUnmarked(
  db: DatabaseSync,
  values: readonly MarkedValue[],
  first: number,
  window: Uint8Array,
): void {
  const marks = values.map(markOf);
  const from = Math.max(first, marksFrom(db));
  const marked = new Uint8Array(window.length).fill(1, 0, Math.max(0, from - first));
  const rows = db.prepare("SELECT minute, marks FROM search_marks WHERE minute >= ? AND minute < ?");
  for (const row of rows.iterate(from, first + window.length)) {
    const known = decoded(row.marks as Uint8Array);
    if (marks.every((mark) => known.includes(mark))) marked[Number(row.minute) - first] = 1;
  }
  for (let at = 0; at < window.length; at++) window[at] &= marked[at];
}

/** Copies the bytes, because an array of 32 bits needs aligned ones. */
function decoded(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.slice().buffer);
}
