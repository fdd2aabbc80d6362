/**
 * What the ledger's fault tests run in processes of their own, because it is killed there:
 * `write PATH TOTAL`, `hold PATH` or `migrate PATH`, the last crashing inside the migrations that stdin brings as JSON.
 */
import { migrate } from "../../server/ledger/sqlite/schema.ts";
import { connect } from "../../server/ledger/sqlite/connect.ts";
import { openSqliteLedger } from "../../server/ledger/sqlite/sqlite.ts";
import { attempt } from "../contracts/ledger_contract.ts";

/** When the first row of `write` started; row n starts n milliseconds later. */
export const FIRST_START = Date.parse("2026-11-21T10:00:00.000Z");

/** The id of row n of `write`. */
export const rowId = (n: number) => `attempt-${n.toString().padStart(8, "0")}`;

/** Appends rows 0, 1, … in order, eight waiting at a time, and prints the number of each one acknowledged. */
async function write(path: string, total: number): Promise<void> {
  const ledger = await openSqliteLedger(path);
  let next = 0;
  const caller = async () => {
    while (next < total) {
      const n = next++;
      await ledger.append({ kind: "attempt", row: attempt({ id: rowId(n), started_at_ms: FIRST_START + n }) });
      print(`${n}\n`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, caller));
  await forever("done\n");
}

async function hold(path: string): Promise<void> {
  await openSqliteLedger(path);
  await forever("open\n");
}

async function migrateAndCrash(path: string): Promise<void> {
  const migrations: string[] = await new Response(Deno.stdin.readable).json();
  const db = connect(path);
  db.function("crash", () => {
    Deno.kill(Deno.pid, "SIGKILL");
    return null;
  });
  migrate(db, migrations);
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

/** Says what the parent waits for and waits to be killed. */
async function forever(text: string): Promise<void> {
  print(text);
  await Deno.stdin.read(new Uint8Array(1));
}

if (import.meta.main) {
  const [job, path, total] = Deno.args;
  if (job === "write") await write(path, Number(total));
  else if (job === "hold") await hold(path);
  else await migrateAndCrash(path);
}
