/**
 * Marks of the values by which single attempts are searched for, and of which history keeps no sums. A minute without the
 * mark of a value has no attempt with it. A minute with the mark nearly always has one: two values may share a mark.
 */
import type { AttemptRow } from "../ledger.ts";
import { MINUTE_MS } from "./open_minutes.ts";

export const MARKED_FIELDS = ["error_code", "run", "request_id"] as const;

/** A field that has marks, and a value of it. */
export type MarkedValue = readonly [field: (typeof MARKED_FIELDS)[number], value: string];

/** The marks of one minute. */
export interface MinuteMarks {
  /** Whole minutes since the epoch. */
  minute: number;
  /** In any order, some of them more than once. */
  marks: number[];
}

/**
 * The mark of a value: 32 bits, by FNV-1a. The ledger's file contains them, so they never change.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { markOf } from "./marks.ts";
 *
 * assert.equal(markOf(["run", "nightly"]), 0xd1a8d471);
 * assert.notEqual(markOf(["run", "nightly"]), markOf(["error_code", "nightly"]));
 * ```
 */
export function markOf([field, value]: MarkedValue): number {
  let hash = 0x811c9dc5 ^ MARKED_FIELDS.indexOf(field);
  for (let at = 0; at < value.length; at++) hash = Math.imul(hash ^ value.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** The marks of ids are a list, because each attempt has its own: a set would take several times as long. */
interface OpenMinute extends MinuteMarks {
  /** Marks of values that many attempts share. */
  shared: Set<number>;
}

/** Marks of attempts that are in the ledger and not yet in its table of marks. */
export class OpenMarks {
  readonly #minutes = new Map<number, OpenMinute>();
  /** That of the attempt before: consecutive attempts often start in the same minute. */
  #last: OpenMinute = openMinute(NaN);

  add(row: AttemptRow): void {
    const { error_code, run, request_id, started_at_ms } = row;
    if (error_code === null && run == null && request_id == null) return;
    const { marks, shared } = this.#of(Math.floor(started_at_ms / MINUTE_MS));
    if (error_code !== null) shared.add(markOf(["error_code", error_code]));
    if (run != null) shared.add(markOf(["run", run]));
    if (request_id != null) marks.push(markOf(["request_id", request_id]));
  }

  /** Returns the marks, and begins anew. */
  drain(): MinuteMarks[] {
    const minutes = [...this.#minutes.values()].map(({ minute, marks, shared }) => {
      return { minute, marks: [...marks, ...shared] };
    });
    this.#minutes.clear();
    this.#last = openMinute(NaN);
    return minutes;
  }

  #of(minute: number): OpenMinute {
    if (minute === this.#last.minute) return this.#last;
    const open = this.#minutes.get(minute) ?? openMinute(minute);
    this.#minutes.set(minute, open);
    return this.#last = open;
  }
}

function openMinute(minute: number): OpenMinute {
  return { minute, marks: [], shared: new Set() };
}
