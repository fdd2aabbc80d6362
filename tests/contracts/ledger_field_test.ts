/**
 * A field that is added to the list of an attempt's fields is added everywhere: a program runs with a copy of the list
 * that has one more line, and with every other file unchanged.
 */
import { MIGRATIONS } from "../../server/ledger/sqlite/schema.ts";
import { openSqliteLedger } from "../../server/ledger/sqlite/sqlite.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { attempt } from "./ledger_contract.ts";

const PROJECT = new URL("../../", import.meta.url);
const LIST = new URL("shared/attempt_fields.ts", PROJECT);
const LAST_LINE = "} as const satisfies Record<string, AttemptField>;";
const NEW_LINE = `  region: { type: "label", nullable: true, since: ${MIGRATIONS.length + 1}, from: "result" },`;

Deno.test("a nullable field that is added to the list is stored, migrated, reported and typed", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    await writeOlderFile(`${folder}/older.db`);
    writeLongerList(folder);
    Deno.writeTextFileSync(`${folder}/program.ts`, PROGRAM);
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--check", "-A", `--config=${folder}/deno.json`, `${folder}/program.ts`, folder],
      cwd: PROJECT,
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    assertEquals(JSON.parse(new TextDecoder().decode(stdout)), {
      memory: [["new-0002", null], ["new-0001", "eu"]],
      sqlite: [["new-0002", null], ["new-0001", "eu"]],
      reopened: [["new-0002", null], ["new-0001", "eu"]],
      migrated: [["new-0001", "eu"], ["old-0001", null]],
      migrated_and_reopened: [["new-0001", "eu"], ["old-0001", null]],
      reported: ["eu", null, "omitted", "refused"],
      recorded: "eu",
    });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

/** A ledger file of the present list: that of the version before, for the program. */
async function writeOlderFile(path: string): Promise<void> {
  const ledger = await openSqliteLedger(path);
  await ledger.append({ kind: "attempt", row: attempt({ id: "old-0001", started_at_ms: 1 }) });
  await ledger.close();
}

/** Writes the list with one more line, and a configuration that replaces the list by it. */
function writeLongerList(folder: string): void {
  const list = Deno.readTextFileSync(LIST);
  assertEquals(list.split(LAST_LINE).length, 2);
  const longer = list.replace(LAST_LINE, `${NEW_LINE}\n${LAST_LINE}`)
    .replaceAll(/"\.\/((?:money\/money|tokens)\.ts)"/g, (_, file) => `"${new URL(`shared/${file}`, PROJECT)}"`);
  Deno.writeTextFileSync(`${folder}/attempt_fields.ts`, longer);
  const { imports, compilerOptions } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", PROJECT)));
  // Packages are resolved from the configuration's folder.
  Deno.symlinkSync(new URL("node_modules", PROJECT).pathname, `${folder}/node_modules`);
  Deno.copyFileSync(new URL("package.json", PROJECT), `${folder}/package.json`);
  Deno.writeTextFileSync(
    `${folder}/deno.json`,
    JSON.stringify({
      nodeModulesDir: "manual",
      lock: false,
      compilerOptions,
      imports: { ...imports, [LIST.href]: `file://${folder}/attempt_fields.ts` },
    }),
  );
}

const PROGRAM = `
import type { AttemptResult } from "${PROJECT}server/attempts/recorder.ts";
import type { AttemptRow, Ledger } from "${PROJECT}server/ledger/ledger.ts";
import { openLedger } from "${PROJECT}server/ledger/open.ts";
import { attemptRow, unknownResult } from "${PROJECT}server/tracker/settling/attempt_row.ts";
import { AttemptReport } from "${PROJECT}shared/attempts.ts";
import { attempt } from "${PROJECT}tests/contracts/ledger_contract.ts";

const folder = Deno.args[0];
const rows: AttemptRow[] = [attempt({ id: "new-0001", region: "eu" }), attempt({ id: "new-0002" })];

async function append(ledger: Ledger, rows: AttemptRow[]): Promise<void> {
  await Promise.all(rows.map((row) => ledger.append({ kind: "attempt", row })));
}

async function regions(ledger: Ledger): Promise<[string, string | null | undefined][]> {
  return (await ledger.attempts("acme", 9)).map(({ id, region }) => [id, region]);
}

/** Appends, then reads where it was written and after close and open. */
async function store(name: string, rows: AttemptRow[]) {
  const ledger = await openLedger(name);
  await append(ledger, rows);
  const written = await regions(ledger);
  await ledger.close();
  const again = await openLedger(name);
  const reopened = await regions(again);
  await again.close();
  return { written, reopened };
}

function report(change: object): string | null {
  const { started_at_ms, key_id: _key, cost_usd_nanos: _cost, unpriced: _why, charged_usd_nanos: _charged, ...row } = attempt();
  const report = { ...row, id: "new-0001", started_at: new Date(started_at_ms).toISOString(), ...change };
  const parsed = AttemptReport.safeParse(report);
  if (!parsed.success) return "refused";
  return parsed.data.region === undefined ? "omitted" : parsed.data.region;
}

const plan = { ...attempt(), tokens: 1, input_tokens: 1 };
const result: AttemptResult = { ...unknownResult(plan, 1), region: "eu" };
const sqlite = await store("sqlite:" + folder + "/new.db", rows);
const older = await store("sqlite:" + folder + "/older.db", rows.slice(0, 1));
console.log(JSON.stringify({
  memory: (await store("memory:", rows)).written,
  sqlite: sqlite.written,
  reopened: sqlite.reopened,
  migrated: older.written,
  migrated_and_reopened: older.reopened,
  reported: [{ region: "eu" }, { region: null }, {}, { regoin: "eu" }].map(report),
  recorded: attemptRow(plan, result, { at_ms: 1, tokens: 1 }).region,
}));
`;
