/**
 * The jobs that the ledger's fault tests run in child processes: `write PATH TOTAL`, `hold PATH`, `break PATH`, and
 * `migrate PATH`, which crashes inside the migrations that it reads from stdin as JSON.
 */
import { migrate } from "../../server/ledger/sqlite/schema.ts";
import { connect } from "../../server/ledger/sqlite/connect.ts";
import { openSqliteLedger } from "../../server/ledger/sqlite/sqlite.ts";
import { attempt } from "../contracts/ledger_contract.ts";

/** The start time of the first row of `write`. Row n starts n milliseconds later. */
export const FIRST_START = Date.parse("2026-11-21T10:00:00.000Z");

/** The id of row n of `write`. */
export const rowId = (n: number) => `attempt-${n.toString().padStart(8, "0")}`;

/** Appends rows 0, 1, … in order, eight at a time, and prints the number of each acknowledged row. */
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

/** Appends to a ledger whose worker throws, closes it, and prints the outcomes. */
async function breakWorker(path: string): Promise<void> {
  const program = `self.onmessage = ({ data }) => {
    if (data.kind === "open") self.postMessage({ kind: "ready" });
    else throw new Error("a bug");
  };`;
  const startWorker = () =>
    new Worker(`data:application/javascript,${encodeURIComponent(program)}`, { type: "module" });
  const ledger = await openSqliteLedger(path, { startWorker });
  const [outcome] = await Promise.allSettled([ledger.append({ kind: "attempt", row: attempt() })]);
  print(outcome.status === "rejected" ? `${outcome.reason.code}: ${outcome.reason.message}\n` : "appended\n");
  await ledger.close();
  print("closed\n");
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

/** Prints the text that the parent waits for, then waits to be killed. */
async function forever(text: string): Promise<void> {
  print(text);
  await Deno.stdin.read(new Uint8Array(1));
}

if (import.meta.main) {
  const [job, path, total] = Deno.args;
  if (job === "write") await write(path, Number(total));
  else if (job === "hold") await hold(path);
  else if (job === "break") await breakWorker(path);
  else await migrateAndCrash(path);
}
