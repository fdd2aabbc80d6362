import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import { attempt } from "../../../tests/contracts/ledger_contract.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../../../tests/support/assert.ts";
import type { AttemptRow, LedgerEntry } from "../ledger.ts";
import { toLedgerError } from "./errors.ts";
import { LedgerReader } from "./read.ts";
import { migrate } from "./schema.ts";
import { LedgerWriter } from "./write.ts";

function open() {
  const db = new DatabaseSync(":memory:");
  migrate(db);
  return { db, writer: new LedgerWriter(db), reader: new LedgerReader(db), [Symbol.dispose]: () => db.close() };
}

function entries(...rows: AttemptRow[]): LedgerEntry[] {
  return rows.map((row) => ({ kind: "attempt", row }));
}

Deno.test("a full disk rolls the batch back, and the same batch succeeds when there is room", () => {
  using ledger = open();
  const first = attempt();
  ledger.writer.commit(entries(first));
  const batch = entries(...Array.from({ length: 500 }, () => attempt({ workspace_id: "globex" })));
  ledger.db.exec(`PRAGMA max_page_count = ${ledger.db.prepare("PRAGMA page_count").get()?.page_count}`);
  const error = assertThrows(() => ledger.writer.commit(batch), Error);
  assertEquals(toLedgerError("write to the ledger", error).code, "full");
  assert(!ledger.db.isTransaction);
  assertEquals(ledger.reader.rebuild(0, 0).workspaces, ["acme"]);
  assertEquals(ledger.reader.attempts("globex", 10), []);

  ledger.db.exec("PRAGMA max_page_count = 100000");
  assertEquals(ledger.writer.commit(batch), { duplicates: [], refused: [] });
  assertEquals(ledger.reader.usage("globex", 0, Number.MAX_SAFE_INTEGER)[0].attempts, 500);
  assertEquals(ledger.reader.rebuild(0, 0).workspaces, ["acme", "globex"]);
});

Deno.test("an invalid entry is refused without its neighbours", () => {
  using ledger = open();
  const [good, other] = [attempt(), attempt()];
  // A bug could produce such a number. JSON also turns NaN into null.
  const bad = attempt({ latency_ms: 0.5, workspace_id: "never-there" });
  const { duplicates, refused } = ledger.writer.commit(entries(good, bad, other));
  assertEquals([duplicates, refused.map(({ index, code }) => [index, code])], [[], [[1, "invalid"]]]);
  assertStringIncludes(refused[0].message, `Cannot append attempt "${bad.id}" to the ledger: `);
  assertEquals(ledger.reader.attempts("acme", 10).length, 2);
  assertEquals(ledger.reader.rebuild(0, 0).workspaces, ["acme"]);
});

/** Batches of new rows, duplicates and invalid rows. */
const kinds = fc.array(fc.constantFrom("new", "new", "new", "known", "bad"), { maxLength: 40 });

Deno.test("rows that are inserted together have the outcomes and the order of rows inserted one by one", () => {
  fc.assert(fc.property(fc.array(kinds, { minLength: 1, maxLength: 5 }), (drawn) => {
    using ledger = open();
    const kept = [attempt()];
    ledger.writer.commit(entries(...kept));
    for (const batch of drawn) {
      const rows = batch.map((kind) => rowOf(kind, kept));
      const places = (wanted: string) => batch.flatMap((kind, place) => kind === wanted ? [place] : []);
      const { duplicates, refused } = ledger.writer.commit(entries(...rows));
      assertEquals(duplicates, places("known"));
      assertEquals(refused.map(({ index }) => index), places("bad"));
    }
    assertEquals(ledger.reader.attempts("acme", 1_000).map(({ id }) => id), kept.map(({ id }) => id).reverse());
    const [sum] = ledger.reader.usage("acme", 0, Number.MAX_SAFE_INTEGER);
    assertEquals(sum.attempts, kept.length);
  }));
});

/** A row of that kind. A new one is added to `kept`. */
function rowOf(kind: string, kept: AttemptRow[]): AttemptRow {
  if (kind === "bad") return attempt({ latency_ms: 0.5 });
  if (kind === "known") return kept[kept.length >> 1];
  const row = attempt();
  kept.push(row);
  return row;
}
