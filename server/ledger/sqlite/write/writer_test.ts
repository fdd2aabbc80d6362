import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import { attempt } from "../../../../tests/contracts/ledger_contract.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../../../../tests/support/assert.ts";
import { usdNanos } from "../../../../shared/money/money.ts";
import type { AttemptRow, LedgerEntry } from "../../ledger.ts";
import { toLedgerError } from "../errors.ts";
import { LedgerReader } from "../read.ts";
import { migrate } from "../schema.ts";
import { LedgerWriter } from "./writer.ts";

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

/** Batches of new rows, duplicates and invalid rows; of new rows alone more often than drawn one by one. */
const kinds = fc.oneof(
  fc.array(fc.constantFrom("new", "new", "new", "known", "bad"), { maxLength: 50 }),
  fc.array(fc.constantFrom("new", "reset"), { maxLength: 90 }),
  fc.array(fc.constant("new"), { maxLength: 90 }),
);

Deno.test("rows that are inserted together have the outcomes and the order of rows inserted one by one", () => {
  fc.assert(fc.property(fc.array(kinds, { minLength: 1, maxLength: 5 }), (drawn) => {
    using ledger = open();
    const kept = [attempt()];
    ledger.writer.commit(entries(...kept));
    for (const batch of drawn) {
      const made = batch.map((kind) => entryOf(kind, kept));
      const places = (wanted: string) => batch.flatMap((kind, place) => kind === wanted ? [place] : []);
      const { duplicates, refused } = ledger.writer.commit(made);
      assertEquals(duplicates, places("known"));
      assertEquals(refused.map(({ index }) => index), places("bad"));
    }
    assertEquals(ledger.reader.attempts("acme", 1_000).map(({ id }) => id), kept.map(({ id }) => id).reverse());
    const [sum] = ledger.reader.usage("acme", 0, Number.MAX_SAFE_INTEGER);
    assertEquals(sum.attempts, kept.length);
  }));
});

/** An entry of that kind. A new attempt is added to `kept`. */
function entryOf(kind: string, kept: AttemptRow[]): LedgerEntry {
  if (kind === "reset") {
    return { kind, row: { id: crypto.randomUUID(), workspace_id: "globex", scope: "day", at_ms: 1 } };
  }
  return { kind: "attempt", row: rowOf(kind, kept) };
}

function rowOf(kind: string, kept: AttemptRow[]): AttemptRow {
  if (kind === "bad") return attempt({ latency_ms: 0.5 });
  if (kind === "known") return kept[kept.length >> 1];
  const row = attempt();
  kept.push(row);
  return row;
}

/** Values of which a batch may have none, one for all, or several. */
const values = fc.record({
  app: fc.option(fc.constantFrom("bot", "cron")),
  takes_request: fc.option(fc.boolean()),
  stream: fc.boolean(),
  first_byte_ms: fc.option(fc.nat({ max: 2 })),
  run: fc.option(fc.constant("nightly")),
  cost_usd_nanos: fc.option(fc.bigInt({ min: 0n, max: 2n ** 62n }).map(usdNanos)),
  usage_parts: fc.option(fc.constant({ images: 1 })),
});
const batches = fc.array(
  fc.tuple(values, fc.array(fc.option(values), { minLength: 1, maxLength: 50 })),
  { minLength: 1, maxLength: 4 },
);

Deno.test("every row keeps its own values, whichever of them the rows of a batch share", () => {
  fc.assert(fc.property(batches, (drawn) => {
    using ledger = open();
    const rows = drawn.map(([usual, others]) => others.map((other) => attempt(other ?? usual)));
    for (const batch of rows) ledger.writer.commit(entries(...batch));
    assertEquals(ledger.reader.attempts("acme", 1_000), rows.flat().reverse());
  }));
});
