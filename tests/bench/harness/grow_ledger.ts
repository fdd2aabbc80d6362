/** Multiplies the attempts of a ledger by SQL, which is much faster than to append them. */
import { DatabaseSync } from "node:sqlite";

/** Copies are older than their originals by this much each, so that they stay within what retention keeps. */
const SHIFT_MS = 3_600_000;

/** Copies the attempts until there are `attempts` of them. Their sums stay as they are: no call reads them. */
export function growLedger(folder: string, attempts: number): void {
  const db = new DatabaseSync(`${folder}/quota.db`);
  db.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -500000");
  const columns = db.prepare("SELECT name FROM pragma_table_info('attempts') WHERE name <> 'seq'").all()
    .map(({ name }) => String(name));
  const values = columns.map((name) => VALUES[name] ?? name).join(", ");
  const copy = db.prepare(`INSERT INTO attempts (${columns.join(", ")}) SELECT ${values} FROM attempts LIMIT ?`);
  const count = db.prepare("SELECT count(*) AS rows FROM attempts");
  for (let rows = 0; (rows = Number(count.get()!.rows)) < attempts;) copy.run(Math.min(rows, attempts - rows));
  db.close();
}

/** Ids in order, as those of real attempts are, so that their index grows at its end. */
const VALUES: Record<string, string> = {
  id: "printf('copy-%031d', seq + (SELECT max(seq) FROM attempts))",
  call_id: "printf('copy-%031d', seq + (SELECT max(seq) FROM attempts))",
  started_at_ms: `started_at_ms - ${SHIFT_MS}`,
};
