/** History of the attempts in memory: added up anew for each question. */
import { packAttempt, unpackAttempt } from "../attempt_values.ts";
import { decodeDimensions, dimensionsOf } from "../history/dimensions.ts";
import { type LedgerHistory, MAX_CALL_ATTEMPTS } from "../history/port.ts";
import { MINUTE_MS, OpenMinutes } from "../history/open_minutes.ts";
import { answerOf, type HistoryAnswer, type HistoryQuery, isAsked, topGroups } from "../history/query.ts";
import { type AttemptSearch, type FoundAttempt, SEARCHED_FIELDS } from "../history/search.ts";
import type { AttemptRow, RefusalRow } from "../ledger.ts";

/** An entry in memory. */
export interface Kept<T> {
  /** Position in the order of appends. */
  seq: number;
  row: T;
}

/** Of the newest 100,000 attempts, which are all that is kept. */
export class MemoryHistory implements LedgerHistory {
  readonly #attempts: ReadonlyMap<string, Kept<AttemptRow>>;
  readonly #refusals: ReadonlyMap<string, Kept<RefusalRow>>;

  constructor(attempts: ReadonlyMap<string, Kept<AttemptRow>>, refusals: ReadonlyMap<string, Kept<RefusalRow>>) {
    this.#attempts = attempts;
    this.#refusals = refusals;
  }

  sums(query: HistoryQuery): Promise<HistoryAnswer> {
    const minutes = new OpenMinutes();
    for (const { row } of this.#attempts.values()) minutes.add(row);
    for (const { row } of this.#refusals.values()) minutes.addRefusals(row);
    const [from_ms, to_ms] = [query.starts_ms[0], query.end_ms];
    const parts = minutes.drain()
      .map(({ dimensions, minute, sums }) => ({ dimensions, at_ms: minute * MINUTE_MS, sums }))
      .filter(({ at_ms }) => at_ms >= from_ms && at_ms < to_ms)
      .filter(({ dimensions }) => isAsked(query, decodeDimensions(dimensions)));
    const sizes = parts.map(({ dimensions, sums: { counts } }): [string, number] => [
      dimensions,
      counts.attempts + counts.refused,
    ]);
    return Promise.resolve({ ...answerOf(query, topGroups(query, sizes), parts), pending_attempts: 0 });
  }

  search(search: AttemptSearch): Promise<FoundAttempt[]> {
    const found = [...this.#attempts.values()].filter((kept) => isFound(kept, search));
    return Promise.resolve(newest(found, search.limit));
  }

  call(call_id: string, workspaces: readonly string[] | null): Promise<FoundAttempt[]> {
    const found = [...this.#attempts.values()].filter(({ row }) =>
      row.call_id === call_id && (workspaces?.includes(row.workspace_id) ?? true)
    );
    return Promise.resolve(newest(found, MAX_CALL_ATTEMPTS));
  }

  /** The attempts themselves are few. */
  shorten(): Promise<void> {
    return Promise.resolve();
  }
}

/** Copies in which an omitted field is `null`, as in every other store. */
function newest(found: Kept<AttemptRow>[], limit: number): FoundAttempt[] {
  found.sort((a, b) => b.row.started_at_ms - a.row.started_at_ms || b.seq - a.seq);
  return found.slice(0, limit).map(({ seq, row }) => ({ seq, row: unpackAttempt(packAttempt(row)) }));
}

function isFound({ seq, row }: Kept<AttemptRow>, search: AttemptSearch): boolean {
  const { from_ms, to_ms, is, before } = search;
  const at = row.started_at_ms;
  const isBefore = !before || at < before.started_at_ms || (at === before.started_at_ms && seq < before.seq);
  return isBefore && at >= from_ms && at < to_ms && isAsked(search, dimensionsOf(row)) &&
    SEARCHED_FIELDS.every((name) => is[name] === undefined || row[name] === is[name]);
}
