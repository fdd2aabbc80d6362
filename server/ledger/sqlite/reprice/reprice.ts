/** Prices the attempts of a ledger again, from outside the service. */
import { DatabaseSync } from "node:sqlite";
import { type AttemptValues, COLUMNS, unpackAttempt } from "../../attempt_values.ts";
import { type AttemptRow, LedgerError } from "../../ledger.ts";
import { BUSY_TIMEOUT_MS, connect } from "../connect.ts";
import { toLedgerError } from "../errors.ts";
import { checkFile, type FileLock, lockFile } from "../files/file.ts";
import { HistoryWriter, placeOf } from "../history/writer.ts";
import { MIGRATIONS, versionOf } from "../schema.ts";
import { type CostChange, costChange } from "./cost_change.ts";
import { CostWriter, type RepricingNote } from "./cost_writer.ts";
import { PacedWriter } from "./paced_writer.ts";

/** Attempts that are read at a time. */
const READ_ROWS = 1_000;

/** How long the service may take for its next sums, which it writes every five seconds. */
const SUMS_WAIT_MS = 250, MAX_SUMS_WAITS = 60;

const SELECT = `SELECT seq, ${COLUMNS.join(", ")} FROM attempts
  WHERE (started_at_ms, seq) > (?, ?) AND started_at_ms < ? AND seq <= ?
  ORDER BY started_at_ms, seq LIMIT ${READ_ROWS}`;

/** Which attempts are priced, how, and who sees the result. */
interface Repricing {
  from_ms: number;
  /** The first instant after. */
  to_ms: number;
  /** `null` for all. */
  workspace_id: string | null;
  /** Sets the cost of an attempt, as at its end. */
  price(row: AttemptRow): void;
  /** Is called for each attempt with its cost before and after. */
  visit(change: CostChange): void;
}

/** How the result is written. */
interface Writing {
  note: Omit<RepricingNote, "from_ms" | "to_ms" | "workspace_id">;
  /** Waits. */
  pause(ms: number): Promise<void>;
}

/**
 * Shows what other prices would change, while the service runs or not. Nothing is written.
 *
 * @throws {LedgerError} when there is no ledger at `path`, or its tables are of another version.
 */
export function previewRepricing(path: string, repricing: Repricing): void {
  checkFound(path);
  const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    checkVersion(db, path);
    for (const changes of batches(db, repricing, Number.MAX_SAFE_INTEGER)) changes.forEach(repricing.visit);
  } catch (error) {
    throw toLedgerError(`read the ledger ${path}`, error);
  } finally {
    db.close();
  }
}

/**
 * Writes the costs by other prices, in small transactions. Interrupted, it goes on where it was when it is called again. A
 * running service takes the corrections into its counters.
 *
 * @throws {LedgerError} as {@link previewRepricing}; what was written until then stays.
 */
export async function reprice(path: string, repricing: Repricing, writing: Writing): Promise<void> {
  checkFound(path);
  const { from_ms, to_ms, workspace_id } = repricing;
  const db = connect(path);
  try {
    checkVersion(db, path);
    const last = sumUpAlone(path, db) ?? await lastInSums(db, writing);
    const writer = new CostWriter(db, { ...writing.note, from_ms, to_ms, workspace_id });
    const paced = new PacedWriter(writer, writing.pause);
    for (const batch of batches(db, repricing, last)) await paced.write(batch, repricing.visit);
  } catch (error) {
    throw toLedgerError(`reprice the ledger ${path}`, error);
  } finally {
    db.close();
  }
}

function checkFound(path: string): void {
  if (!checkFile(path)) throw new LedgerError("unavailable", `Cannot find a ledger in ${path}`);
}

function checkVersion(db: DatabaseSync, path: string): void {
  const version = versionOf(db);
  if (version === MIGRATIONS.length) return;
  const tables = `its tables have version ${version}, and this program's have version ${MIGRATIONS.length}`;
  throw new LedgerError("unavailable", `Cannot reprice the ledger ${path}: ${tables}. Start the service once before`);
}

/**
 * Brings the sums of history up to date, which a running service does itself.
 *
 * @returns the last attempt; `null` if a service is running.
 */
function sumUpAlone(path: string, db: DatabaseSync): number | null {
  using lock = tryToLock(path);
  if (!lock) return null;
  const writer = new HistoryWriter(db);
  while (writer.flush() > 0);
  return placeOf(db).attempt;
}

function tryToLock(path: string): FileLock | null {
  try {
    return lockFile(path);
  } catch (error) {
    if (error instanceof LedgerError && error.code === "in_use") return null;
    throw error;
  }
}

/**
 * Waits until the service has written the sums of all attempts that are there now. Those after them are in its memory, with
 * the cost that they have.
 *
 * @returns the last of them.
 */
async function lastInSums(db: DatabaseSync, { pause }: Writing): Promise<number> {
  const last = Number(db.prepare("SELECT coalesce(max(seq), 0) AS seq FROM attempts").get()!.seq);
  let { attempt } = placeOf(db);
  for (let waits = 0; attempt < last && waits < MAX_SUMS_WAITS; waits++) {
    await pause(SUMS_WAIT_MS);
    const next = placeOf(db).attempt;
    if (next > attempt) waits = 0;
    attempt = next;
  }
  if (attempt >= last) return last;
  throw new Error(`the service has not added ${last - attempt} attempts to its history yet: try again later`);
}

/** The attempts of a span with their costs, in order of time. */
function* batches(db: DatabaseSync, { from_ms, to_ms, workspace_id, price }: Repricing, last: number) {
  const select = db.prepare(SELECT);
  let place = [from_ms, 0];
  for (;;) {
    const found = select.all(...place, to_ms, last);
    if (found.length === 0) return;
    const rows = found.map(({ seq, ...values }) => {
      return { seq: Number(seq), row: unpackAttempt(Object.values(values) as AttemptValues) };
    });
    place = [rows.at(-1)!.row.started_at_ms, rows.at(-1)!.seq];
    const asked = rows.filter(({ row }) => workspace_id === null || row.workspace_id === workspace_id);
    yield asked.map(({ seq, row }) => costChange(seq, row, price));
  }
}
