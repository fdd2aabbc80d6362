/** The baseline of the ledger: rows inserted in bare transactions, without queue, worker and sums. */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { connect } from "../../../server/ledger/sqlite/connect.ts";
import { attemptId } from "../../../server/attempts/recorder.ts";
import { MIGRATIONS } from "../../../server/ledger/sqlite/schema.ts";

const ROWS = 1000;

/**
 * `plain` has the columns of an attempt without an index; `attempts` is the ledger's table with its two indexes. Both as the
 * first version of the ledger had them, so that results of all times can be compared.
 */
export type BareTable = "plain" | "attempts";

/** Measures rows a second with the ledger's durability, in transactions of 1,000, for about `seconds`. */
export async function bareRows(table: BareTable, seconds: number): Promise<number> {
  const folder = await Deno.makeTempDir();
  const db = connect(`${folder}/bare.db`);
  db.exec(MIGRATIONS[0]);
  db.exec("CREATE TABLE plain AS SELECT * FROM attempts WHERE false");
  const rate = insertFor(db, table, seconds);
  db.close();
  await Deno.remove(folder, { recursive: true });
  return rate;
}

function insertFor(db: DatabaseSync, table: BareTable, seconds: number): number {
  const names = db.prepare(`PRAGMA table_info(${table})`).all().map(({ name }) => String(name));
  const insert = db.prepare(`INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`);
  // One row, reused: making rows must not count.
  const row = values(names);
  const [seq, id] = [names.indexOf("seq"), names.indexOf("id")];
  const started = performance.now();
  let rows = 0;
  while (performance.now() - started < seconds * 1000) {
    db.exec("BEGIN IMMEDIATE");
    for (let count = 0; count < ROWS; count++) {
      row[seq] = ++rows;
      row[id] = attemptId();
      insert.run(...row);
    }
    db.exec("COMMIT");
  }
  return rows * 1000 / (performance.now() - started);
}

/** The values for the named columns; a column that is not listed is a number. */
function values(names: readonly string[]): SQLInputValue[] {
  const known: Record<string, SQLInputValue> = {
    call_id: crypto.randomUUID(),
    workspace_id: "team-1",
    endpoint: "chat/completions",
    model: "gpt-5.4",
    app: null,
    started_at_ms: Date.now(),
    outcome: "ok",
    error_code: null,
    service_tier: null,
    usage_source: "counted",
  };
  return names.map((name) => name in known ? known[name] : 200);
}
