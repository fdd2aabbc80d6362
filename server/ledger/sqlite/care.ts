/** Care for a ledger file from outside the service: check and copy. */
import { backup, DatabaseSync } from "node:sqlite";
import { LedgerError } from "../ledger.ts";
import { COUNT_FIELDS, QUARTER_MS, quarterOf } from "../rollup.ts";
import { BUSY_TIMEOUT_MS, execute } from "./connect.ts";
import { toLedgerError } from "./errors.ts";
import { historyFaults } from "./history/check.ts";
import { checkFile } from "./files/file.ts";
import { retainedFrom, versionOf } from "./schema.ts";

/** The result of a check. */
interface Checkup {
  attempts: number;
  /** One sentence a fault; none for a sound file. */
  faults: string[];
}

/** More pages than a file can have. */
const ALL_PAGES = 2 ** 31 - 1;

/** The first faults say enough. */
const MAX_FAULTS = 20;

/**
 * Reads a whole ledger: SQLite's own integrity check, and whether the sums of each quarter hour, and history, equal its
 * attempts. The service may have the file open.
 *
 * @param now_ms the present, in epoch milliseconds: minutes of the last days are compared, too.
 * @throws {LedgerError} when there is no ledger at `path`, or a newer version wrote it.
 */
export function checkLedger(path: string, now_ms = Date.now()): Checkup {
  const db = openReader(path);
  try {
    return { attempts: countAttempts(db), faults: faultsOf(db, now_ms) };
  } catch (error) {
    throw toLedgerError(`read the ledger ${path}`, error);
  } finally {
    db.close();
  }
}

/**
 * Copies a ledger into an empty file, also while the service writes.
 *
 * @throws {LedgerError} when there is no ledger at `path`, or the copy cannot be written.
 */
export async function copyLedger(path: string, to: string): Promise<void> {
  const db = openReader(path);
  try {
    // In one step: between two steps, a commit of the service would start the copy again.
    await backup(db, to, { rate: ALL_PAGES });
  } catch (error) {
    throw toLedgerError(`copy the ledger ${path}`, error);
  } finally {
    db.close();
  }
}

function openReader(path: string): DatabaseSync {
  if (!checkFile(path)) throw new LedgerError("unavailable", `Cannot find a ledger in ${path}`);
  return new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
}

function countAttempts(db: DatabaseSync): number {
  return Number(db.prepare("SELECT count(*) AS count FROM attempts").get()!.count);
}

function faultsOf(db: DatabaseSync, now_ms: number): string[] {
  const rows = db.prepare(`PRAGMA integrity_check(${MAX_FAULTS})`).all().map((row) => String(row.integrity_check));
  const damage = rows.filter((text) => text !== "ok");
  if (damage.length > 0) return damage;
  execute(db, "BEGIN");
  const sums = differingSums(db);
  execute(db, "COMMIT");
  return versionOf(db) < HISTORY_VERSION ? sums : [...sums, ...historyFaults(db, now_ms, MAX_FAULTS)];
}

/** The version of the tables from which there is history. */
const HISTORY_VERSION = 4;

/** The version of the tables from which sums have both names of a model, charged tokens, and requests. */
const NAMES_VERSION = 3;

/** The sums that older versions lack. */
const NEW_COUNTS = new Set<string>(["charged_tokens", "requests"]);

/** The columns of a version's sums. A file that was not migrated yet is checked too. */
function sumColumns(version: number): { key: string[]; counts: string[] } {
  const key = ["quarter", "workspace_id", "model_known", "model"];
  if (version >= NAMES_VERSION) return { key: [...key, "requested_model"], counts: [...COUNT_FIELDS] };
  return { key, counts: COUNT_FIELDS.filter((name) => !NEW_COUNTS.has(name)) };
}

/** The sums as the attempts give them, from a quarter hour on: before it, retention has deleted attempts. */
function fromAttempts(quarter: number, { key, counts }: ReturnType<typeof sumColumns>): string {
  const requested = key.includes("requested_model") ? "coalesce(requested_model, model, '') AS requested_model," : "";
  return `
  SELECT started_at_ms / ${QUARTER_MS} AS quarter, workspace_id, model IS NOT NULL AS model_known,
    coalesce(model, '') AS model, ${requested}
    sum(retry = 0) AS calls, count(*) AS attempts, sum(outcome = 'failed') AS failed,
    sum(usage_source IN ('estimated', 'unknown')) AS estimated_calls,
    ${counts.includes("requests") ? "sum(takes_request IS NOT 0) AS requests," : ""}
    ${counts.filter((name) => name.endsWith("_tokens")).map(tokenSum).join(",\n    ")}
  FROM attempts WHERE started_at_ms >= ${quarter * QUARTER_MS} GROUP BY ${key.map((_, at) => at + 1).join(", ")}`;
}

function tokenSum(name: string): string {
  const isKnown = "usage_source IN ('counted', 'estimated')";
  if (name !== "charged_tokens") return `sum(CASE WHEN ${isKnown} THEN ${name} ELSE 0 END) AS ${name}`;
  return `sum(CASE WHEN ${isKnown} THEN 0 ELSE coalesce(charged_tokens, 0) END) AS charged_tokens`;
}

function differingSums(db: DatabaseSync): string[] {
  const from = quarterOf(retainedFrom(db));
  const columns = sumColumns(versionOf(db));
  const key = columns.key.join(", ");
  const all = [...columns.key, ...columns.counts].join(", ");
  const different = db.prepare(`
    WITH theirs AS (${fromAttempts(from, columns)}), ours AS (SELECT * FROM rollups WHERE quarter >= ${from})
    SELECT ${key} FROM (SELECT ${all} FROM theirs EXCEPT SELECT ${all} FROM ours)
    UNION SELECT ${key} FROM (SELECT ${all} FROM ours EXCEPT SELECT ${all} FROM theirs)
    LIMIT ${MAX_FAULTS}`).all();
  return different.map(({ quarter, workspace_id, model, model_known }) => {
    const at = new Date(Number(quarter) * QUARTER_MS).toISOString();
    const of = model_known ? `model ${model}` : "calls without a model";
    return `the sums of workspace ${workspace_id}, ${of}, from ${at} differ from its attempts`;
  });
}
