import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals, assertThrows } from "../../../tests/support/assert.ts";
import { withTempFolder } from "../../../tests/support/temp.ts";
import type { AttemptRow } from "../ledger.ts";
import { checkLedger } from "./care.ts";
import { openSqliteLedger } from "./sqlite.ts";

function row(at: number, over: Partial<AttemptRow> = {}): AttemptRow {
  return {
    id: `attempt-${at}`,
    call_id: `call-${at}`,
    retry: 0,
    workspace_id: at % 2 ? "acme" : "beta",
    endpoint: "chat/completions",
    model: at % 3 ? "gpt-5.4" : null,
    app: null,
    stream: false,
    started_at_ms: 1_000_000 + at * 500_000,
    latency_ms: 1,
    first_byte_ms: 1,
    outcome: at % 4 ? "ok" : "failed",
    http_status: 200,
    error_code: null,
    service_tier: null,
    usage: { input_tokens: 3, cached_input_tokens: 1, output_tokens: 2, reasoning_tokens: 1, total_tokens: 5 },
    usage_source: (["counted", "estimated", "unknown", "none"] as const)[at % 4],
    ...over,
  };
}

/** A folder with a ledger of `count` attempts, closed. */
function withLedger(count: number, use: (path: string, folder: string) => void | Promise<void>): Promise<void> {
  return withTempFolder(async (folder) => {
    const path = `${folder}/quota.db`;
    const ledger = await openSqliteLedger(path);
    await Promise.all(Array.from({ length: count }, (_, at) => ledger.append({ kind: "attempt", row: row(at) })));
    await ledger.close();
    await use(path, folder);
  });
}

function change(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

Deno.test("a sound ledger has no faults, whatever its attempts", () =>
  withLedger(24, (path) => assertEquals(checkLedger(path), { attempts: 24, faults: [] })));

Deno.test("an empty ledger is sound; no ledger is an error", () =>
  withLedger(0, (path, folder) => {
    assertEquals(checkLedger(path), { attempts: 0, faults: [] });
    assertThrows(() => checkLedger(`${folder}/none.db`), Error, "Cannot find a ledger");
  }));

const FAULTS: [why: string, sql: string, fault: RegExp][] = [
  ["a sum that is too high", "UPDATE rollups SET total_tokens = total_tokens + 1 WHERE quarter = 1", /differ/],
  ["a sum that is missing", "DELETE FROM rollups WHERE quarter = (SELECT max(quarter) FROM rollups)", /acme|beta/],
  [
    "a sum without attempts",
    "UPDATE rollups SET model = 'other' WHERE quarter = 2",
    /calls without a model|model other|gpt-5.4/,
  ],
  ["a row that was changed", "UPDATE attempts SET output_tokens = 9 WHERE seq = 2", /differ/],
];

for (const [why, sql, fault] of FAULTS) {
  Deno.test(`found: ${why}`, () =>
    withLedger(6, (path) => {
      change(path, sql);
      const { faults } = checkLedger(path);
      assert(faults.length > 0 && faults.every((text) => fault.test(text)), faults.join("\n"));
    }));
}

Deno.test("a ledger that a newer version wrote is refused", () =>
  withLedger(1, (path) => {
    change(path, "PRAGMA user_version = 99");
    assertThrows(() => checkLedger(path), Error, "version 99");
  }));

Deno.test("found: a page that was overwritten", () =>
  withLedger(2000, async (path) => {
    const file = await Deno.open(path, { read: true, write: true });
    await file.seek((await file.stat()).size / 2, Deno.SeekMode.Start);
    await file.write(new Uint8Array(8192).fill(0x5a));
    file.close();
    let faults: string[];
    try {
      ({ faults } = checkLedger(path));
    } catch (error) {
      faults = [String(error)];
    }
    assert(faults.length > 0);
  }));
