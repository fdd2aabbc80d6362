/** History of the attempts in memory: added up anew for each question. */
import type { AttemptUse } from "../../core/replay/attempt_use.ts";
import { packAttempt, unpackAttempt } from "../attempt_values.ts";
import { decodeDimensions, dimensionsOf } from "../history/dimensions.ts";
import { type LedgerHistory, MAX_CALL_ATTEMPTS } from "../history/port.ts";
import { MINUTE_MS, OpenMinutes } from "../history/open_minutes.ts";
import { answerOf, type HistoryAnswer, type HistoryQuery, isAsked, topGroups } from "../history/query.ts";
import { type AttemptSearch, type FoundAttempt, type FoundPage, SEARCHED_FIELDS } from "../history/search.ts";
import { type AttemptUses, useOf, USES_PAGE, type UsesQuery } from "../history/uses.ts";
import type { AttemptRow, RefusalRow } from "../ledger.ts";
import type { Kept, NewestRows } from "./newest_rows.ts";

/** Of the newest 100,000 attempts, which are all that is kept. */
export class MemoryHistory implements LedgerHistory {
  readonly #attempts: NewestRows<AttemptRow>;
  readonly #refusals: NewestRows<RefusalRow>;

  /** From here on all attempts are kept. Epoch milliseconds. */
  known_from_ms = -Infinity;

  constructor(attempts: NewestRows<AttemptRow>, refusals: NewestRows<RefusalRow>) {
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

  search(search: AttemptSearch): Promise<FoundPage> {
    const found = this.#attempts.values().filter((kept) => isFound(kept, search));
    return Promise.resolve({ attempts: newest(found, search.limit), resume: null });
  }

  call(call_id: string, workspaces: readonly string[] | null): Promise<FoundAttempt[]> {
    const found = this.#attempts.values().filter(({ row }) =>
      row.call_id === call_id && (workspaces?.includes(row.workspace_id) ?? true)
    );
    return Promise.resolve(newest(found, MAX_CALL_ATTEMPTS));
  }

  uses({ workspace_id, from_ms, to_ms, max }: UsesQuery): Promise<AttemptUses> {
    const found = this.#attempts.values().filter(({ row }) =>
      row.workspace_id === workspace_id && row.started_at_ms >= from_ms && row.started_at_ms < to_ms
    );
    found.sort((a, b) => a.row.started_at_ms - b.row.started_at_ms || a.seq - b.seq);
    // Attempts of the same millisecond are left out together.
    const left_out_ms = found.at(-max - 1)?.row.started_at_ms ?? -Infinity;
    const rows = found.map(({ row }) => row).filter((row) => row.started_at_ms > left_out_ms);
    const retries = this.#attempts.values().filter(({ row }) => row.call_id !== row.id);
    const shared = new Set(retries.map(({ row }) => row.call_id));
    const known_from_ms = Math.max(from_ms, this.known_from_ms, left_out_ms + 1);
    return Promise.resolve({ from_ms: known_from_ms, pages: pagesOf(rows, shared) });
  }

  /** The attempts themselves are few. */
  shorten(): Promise<void> {
    return Promise.resolve();
  }
}

/** In turns of the event loop, as where they are read on another thread. */
async function* pagesOf(rows: readonly AttemptRow[], shared: ReadonlySet<string>): AsyncGenerator<AttemptUse[]> {
  for (let first = 0; first < rows.length; first += USES_PAGE) {
    yield rows.slice(first, first + USES_PAGE).map((row) => useOf(row, shared.has(row.call_id) ? row.call_id : null));
    await new Promise((resolve) => setTimeout(resolve));
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
