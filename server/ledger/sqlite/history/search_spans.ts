/** Where attempts that a search asks for may be, by the sums and the marks of history. Other spans need not be read. */
import type { DatabaseSync } from "node:sqlite";
import { MARKED_FIELDS, type MarkedValue } from "../../history/marks.ts";
import { MINUTE_MS } from "../../history/open_minutes.ts";
import type { AttemptSearch } from "../../history/search.ts";
import { clearUnmarked } from "./mark_rows.ts";
import { knownDimensions } from "./reader.ts";
import { HISTORY_LEVELS, type Level } from "./rows.ts";
import { placeOf } from "./writer.ts";

/** A span of time in epoch milliseconds. */
type Span = [from_ms: number, to_ms: number];

/** The minutes of the first window. Each following one is twice as long, up to the longest. */
const FIRST_WINDOW = 60, LONGEST_WINDOW = 8 * 24 * 60;

const MINUTES_A_QUARTER = 15;
/** A day may have 25 hours. */
const MINUTES_A_DAY = 25 * 60;

/** With more attempts behind the sums, the sums are being made: minutes without a sum may have attempts. */
const MAX_PENDING = 200_000;

const SUMS = "SELECT minute FROM history WHERE level = ? AND dimensions = ? AND minute >= ? AND minute < ?";

/** Clears the minutes of a window that need not be read. The window begins at the minute `first`. */
type Narrow = (window: Uint8Array, first: number) => void;

/** The last span first. An empty span says how far back the others have been left out. */
export function* spansOf(db: DatabaseSync, search: AttemptSearch, to_ms: number): Iterable<Span> {
  const bounds = db.prepare("SELECT (SELECT min(started_at_ms) FROM attempts), max(started_at_ms) FROM attempts")
    .get()!;
  const [oldest, newest] = Object.values(bounds).map((ms) => Math.floor(Number(ms ?? -1) / MINUTE_MS));
  const first = Math.max(oldest, Math.floor(search.from_ms / MINUTE_MS));
  const narrow = narrowing(db, search);
  let length = FIRST_WINDOW;
  for (let end = Math.min(newest + 1, Math.ceil(to_ms / MINUTE_MS)); end > first;) {
    const start = narrow === null ? first : Math.max(first, end - length);
    const window = new Uint8Array(narrow === null ? 0 : end - start).fill(1);
    narrow?.(window, start);
    if (narrow === null) yield [start * MINUTE_MS, end * MINUTE_MS];
    else yield* runsOf(window, start);
    yield [start * MINUTE_MS, start * MINUTE_MS];
    end = start;
    length = Math.min(2 * length, LONGEST_WINDOW);
  }
}

/** `null` where nothing is known about the attempts that are asked for. */
function narrowing(db: DatabaseSync, search: AttemptSearch): Narrow | null {
  const place = placeOf(db).attempt;
  const last = Number(db.prepare("SELECT coalesce(max(seq), 0) AS last FROM attempts").get()!.last);
  if (last - place > MAX_PENDING) return null;
  const narrows: Narrow[] = [];
  const { workspaces, filters, is } = search;
  if (workspaces !== null || Object.keys(filters).length > 0) narrows.push(bySums(db, search));
  const values = MARKED_FIELDS.flatMap((name): MarkedValue[] => is[name] === undefined ? [] : [[name, is[name]]]);
  if (values.length > 0) narrows.push((window, first) => clearUnmarked(db, values, first, window));
  if (narrows.length === 0) return null;
  const pending = pendingMinutes(db, place);
  return (window, first) => {
    for (const narrow of narrows) narrow(window, first);
    for (const minute of pending) if (minute >= first && minute < first + window.length) window[minute - first] = 1;
  };
}

/** The minutes of attempts that are in no sum yet. */
function pendingMinutes(db: DatabaseSync, place: number): number[] {
  const sql = `SELECT DISTINCT started_at_ms / ${MINUTE_MS} AS minute FROM attempts WHERE seq > ?`;
  return db.prepare(sql).all(place).map(({ minute }) => Number(minute));
}

/** Clears the minutes in which no sum of the dimensions that are asked for has attempts. */
function bySums(db: DatabaseSync, search: AttemptSearch): Narrow {
  const known = knownDimensions(db, search);
  const minutes_from = Number(db.prepare("SELECT minutes FROM search_from").get()!.minutes);
  const sums = db.prepare(SUMS);
  return (window, first) => {
    const end = first + window.length;
    const active = new Uint8Array(window.length);
    const fill = (level: Level, id: number, from: number, to: number, length: number) => {
      for (const { minute } of sums.iterate(level, id, from, to)) {
        const at = Number(minute) - first;
        active.fill(1, Math.max(0, at), at + length);
      }
    };
    for (const { id } of known) {
      if (end > minutes_from) fill(HISTORY_LEVELS.minute, id, Math.max(first, minutes_from), end, 1);
      if (first >= minutes_from) continue;
      const to = Math.min(end, minutes_from);
      fill(HISTORY_LEVELS.quarter, id, first - MINUTES_A_QUARTER + 1, to, MINUTES_A_QUARTER);
      fill(HISTORY_LEVELS.day, id, first - MINUTES_A_DAY + 1, to, MINUTES_A_DAY);
    }
    for (let at = 0; at < window.length; at++) window[at] &= active[at];
  };
}

/** The runs of set minutes, the last one first. */
function* runsOf(window: Uint8Array, first: number): Iterable<Span> {
  for (let end = window.lastIndexOf(1) + 1; end > 0;) {
    const start = window.lastIndexOf(0, end - 1) + 1;
    yield [(first + start) * MINUTE_MS, (first + end) * MINUTE_MS];
    end = start === 0 ? 0 : window.lastIndexOf(1, start - 1) + 1;
  }
}
