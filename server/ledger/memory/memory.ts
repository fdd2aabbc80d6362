/** A ledger that is lost when the process ends: for tests and for `QUOTA_STORE=memory:`. */
import type { Notice } from "../../../shared/api.ts";
import { packAttempt, unpackAttempt } from "../attempt_values.ts";
import {
  type AttemptRow,
  type DayCount,
  type LedgerEntry,
  LedgerError,
  type ModelUsage,
  type OnWritten,
  type RebuildData,
  type RefusalRow,
  type ResetRow,
  type SecondCount,
  type Spend,
  type SpendCount,
  type UnfinishedAttempt,
} from "../ledger.ts";
import type { HistoricLedger } from "../history/port.ts";
import { MemoryHistory } from "./history.ts";
import { type Kept, NewestRows } from "./newest_rows.ts";
import { quarterOf, type Rollup, RollupTable, startOfQuarter, sumByModel, sumByNames } from "../rollup.ts";
import { countDay, countSecond, countSpend } from "./counts.ts";

/** How many attempts, how many resets and how many notices are kept. Sums keep counting the older ones. */
const MAX_ROWS = 100_000;

/** Opens an empty ledger. It recognizes duplicates among the newest 100,000 entries of a kind. */
export function openMemoryLedger(): HistoricLedger {
  return new MemoryLedger();
}

class MemoryLedger implements HistoricLedger {
  readonly #attempts = new NewestRows<AttemptRow>(MAX_ROWS);
  readonly #resets = new NewestRows<ResetRow>(MAX_ROWS);
  readonly #notices = new NewestRows<Notice>(MAX_ROWS);
  readonly #refusals = new NewestRows<RefusalRow>(MAX_ROWS);
  readonly #rollups = new RollupTable();
  readonly history = new MemoryHistory(this.#attempts, this.#refusals);
  readonly #workspaces = new Set<string>();
  #seq = 0;
  #closed = false;

  append(entry: LedgerEntry): Promise<boolean> {
    return Promise.try(() => this.#take(structuredClone(entry)));
  }

  /** Keeps the entry without a copy, which would cost much of a call's time: callers do not change a written entry. */
  write(entry: LedgerEntry, onWritten: OnWritten): void {
    const outcome = this.#outcomeOf(entry);
    queueMicrotask(() => onWritten(entry, outcome));
  }

  #outcomeOf(entry: LedgerEntry): boolean | Error {
    try {
      return this.#take(entry);
    } catch (error) {
      return error as Error;
    }
  }

  #take(entry: LedgerEntry): boolean {
    if (this.#closed) throw new LedgerError("unavailable", "Cannot append to the ledger: it is closed.");
    return this.#append(entry);
  }

  rebuild(since_ms: number, day_start_ms: number): Promise<RebuildData> {
    return Promise.resolve({
      seconds: this.#seconds(since_ms),
      day: sumByNames(this.#rollupsOf((quarter) => quarter >= quarterOf(day_start_ms))),
      since_day_resets: this.#sinceDayResets(day_start_ms),
      unfinished: this.#unfinished(since_ms),
      workspaces: [...this.#workspaces],
      last_place: this.#seq,
    });
  }

  spend(from_ms: number, to_ms: number, last_place: number): Promise<Spend> {
    const counts = new Map<string, SpendCount>();
    for (const { seq, row } of this.#attempts.values()) {
      if (row.started_at_ms >= from_ms && row.started_at_ms < to_ms && seq <= last_place) countSpend(counts, row);
    }
    return Promise.resolve({ counts: [...counts.values()], corrections_place: 0 });
  }

  /** No other process has this ledger. */
  corrections(after: number): ReturnType<HistoricLedger["corrections"]> {
    return Promise.resolve({ place: after, corrections: [] });
  }

  usage(workspace_id: string, from_ms: number, to_ms: number): Promise<ModelUsage[]> {
    const first = quarterOf(from_ms);
    const end = quarterOf(to_ms - 1) + 1;
    const wanted = this.#rollupsOf((quarter, id) => id === workspace_id && quarter >= first && quarter < end);
    return Promise.resolve(sumByModel(wanted));
  }

  notices(workspace_id: string, limit: number): Promise<Notice[]> {
    const own = this.#notices.values().filter(({ row }) => row.workspace_id === workspace_id);
    return Promise.resolve(own.reverse().slice(0, limit).map(({ row }) => ({ ...row })));
  }

  attempts(workspace_id: string, limit: number, before?: string): Promise<AttemptRow[]> {
    const own = this.#attempts.values().filter(({ row }) => row.workspace_id === workspace_id);
    const last = before === undefined ? undefined : this.#attempts.get(before);
    const page = before === undefined ? own : own.filter((kept) => last && newestFirst(last, kept) < 0);
    // Packed and unpacked: a copy in which an omitted field is `null`, as in every other store.
    const rows = page.sort(newestFirst).slice(0, limit).map(({ row }) => unpackAttempt(packAttempt(row)));
    return Promise.resolve(rows);
  }

  prune(before_ms: number): Promise<number> {
    const before = startOfQuarter(before_ms);
    const deleted = this.#attempts.delete((row) => row.started_at_ms < before);
    this.#forgetBefore(before);
    return Promise.resolve(deleted);
  }

  /** Memory has no problems that a person could solve. */
  onProblem(): void {}

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  #append(entry: LedgerEntry): boolean {
    if (entry.kind === "attempt") return this.#appendAttempt(entry.row);
    if (entry.kind === "reset") return this.#keep(this.#resets, entry.row);
    if (entry.kind === "notice") return this.#keep(this.#notices, entry.row);
    return this.#keep(this.#refusals, entry.row);
  }

  #appendAttempt(row: AttemptRow): boolean {
    if (this.#attempts.has(row.id)) return false;
    const dropped = this.#attempts.add({ seq: ++this.#seq, row });
    if (dropped) this.#forgetBefore(dropped.started_at_ms + 1);
    this.#rollups.add(row);
    this.#workspaces.add(row.workspace_id);
    return true;
  }

  #keep<T extends { id: string }>(rows: NewestRows<T>, row: T): boolean {
    if (rows.has(row.id)) return false;
    rows.add({ seq: ++this.#seq, row });
    return true;
  }

  #forgetBefore(before_ms: number): void {
    this.history.known_from_ms = Math.max(this.history.known_from_ms, before_ms);
  }

  #rollupsOf(wanted: (quarter: number, workspace_id: string) => boolean): Rollup[] {
    return [...this.#rollups.values()].filter(({ quarter, usage }) => wanted(quarter, usage.workspace_id));
  }

  #unfinished(since_ms: number): UnfinishedAttempt[] {
    const rows = this.#attempts.values().map(({ row }) => row);
    const open = rows.filter((row) => row.started_at_ms >= since_ms && (row.outcome !== "ok" || row.retry > 0));
    open.sort((a, b) => a.retry - b.retry);
    return open.map(({ id, call_id, workspace_id, retry }) => ({ id, call_id, workspace_id, retry }));
  }

  #seconds(since_ms: number): SecondCount[] {
    const cuts = this.#cuts("minute", 0);
    const seconds = new Map<string, SecondCount>();
    for (const { seq, row } of this.#attempts.values()) {
      if (row.started_at_ms >= since_ms && seq > (cuts.get(row.workspace_id) ?? 0)) countSecond(seconds, row);
    }
    return [...seconds.values()];
  }

  #sinceDayResets(day_start_ms: number): DayCount[] {
    const cuts = this.#cuts("day", day_start_ms);
    const counts = new Map<string, DayCount>();
    for (const { seq, row } of this.#attempts.values()) {
      if (row.started_at_ms >= day_start_ms && seq > (cuts.get(row.workspace_id) ?? Infinity)) countDay(counts, row);
    }
    const counted = new Set([...counts.values()].map(({ workspace_id }) => workspace_id));
    const empty = [...cuts.keys()].filter((id) => !counted.has(id));
    return [
      ...counts.values(),
      ...empty.map((workspace_id) => ({ workspace_id, requested_model: null, model: null, requests: 0, tokens: 0 })),
    ];
  }

  /** The place of each workspace's latest reset. */
  #cuts(scope: ResetRow["scope"], since_ms: number): Map<string, number> {
    const resets = this.#resets.values().filter(({ row }) => row.scope === scope && row.at_ms >= since_ms);
    return new Map(resets.map(({ seq, row }) => [row.workspace_id, seq]));
  }
}

function newestFirst(a: Kept<AttemptRow>, b: Kept<AttemptRow>): number {
  return b.row.started_at_ms - a.row.started_at_ms || b.seq - a.seq;
}
