import { DatabaseSync } from "node:sqlite";
import { attempt } from "../../../../tests/contracts/ledger_contract.ts";
import { assert, assertEquals } from "../../../../tests/support/assert.ts";
import type { AttemptSearch } from "../../history/search.ts";
import { migrate, MIGRATIONS } from "../schema.ts";
import { LedgerWriter } from "../write/writer.ts";
import { searchAttempts } from "./search.ts";
import { shortenHistory } from "./shorten.ts";
import { HistoryWriter } from "./writer.ts";

type Row = ReturnType<typeof attempt>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function emptyLedger(version = MIGRATIONS.length): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  migrate(db, MIGRATIONS.slice(0, version));
  return db;
}

/** Commits attempts and writes their sums and marks. */
function append(db: DatabaseSync, rows: readonly Row[]): void {
  new LedgerWriter(db).commit(rows.map((row) => ({ kind: "attempt", row })));
  const writer = new HistoryWriter(db);
  while (writer.flush() > 0);
}

function searchFor(change: Partial<AttemptSearch>): AttemptSearch {
  return { workspaces: null, filters: {}, is: {}, from_ms: 0, to_ms: 1_000 * DAY, limit: 10, ...change };
}

function ids(db: DatabaseSync, change: Partial<AttemptSearch>): string[] {
  return searchAttempts(db, searchFor(change)).attempts.map(({ row }) => row.id);
}

/** Pages of a search that has time for one look each, with how often it went on. */
function slowPages(db: DatabaseSync, search: AttemptSearch): { found: string[]; resumed: number } {
  const found: string[] = [];
  for (let [before, resumed] = [search.before, 0];; resumed++) {
    let now = 0;
    const page = searchAttempts(db, { ...search, before }, () => now += 1_000);
    found.push(...page.attempts.map(({ row }) => row.id));
    if (page.resume === null) return { found, resumed };
    before = page.resume;
  }
}

const everyHour = Array.from({ length: 400 }, (_, n) =>
  attempt({
    id: `hourly-${n}`,
    started_at_ms: n * HOUR,
    run: n % 100 === 0 ? "rare" : "usual",
    outcome: n % 150 === 0 ? "failed" : "ok",
  }));

for (
  const [title, change, expected] of [
    ["a run", { is: { run: "rare" } }, ["hourly-300", "hourly-200", "hourly-100", "hourly-0"]],
    ["an outcome", { filters: { outcome: ["failed"] } }, ["hourly-300", "hourly-150", "hourly-0"]],
    ["both", { is: { run: "rare" }, filters: { outcome: ["failed"] } }, ["hourly-300", "hourly-0"]],
    ["nothing", { is: { run: "none" } }, []],
  ] as [string, Partial<AttemptSearch>, string[]][]
) {
  Deno.test(`a search for ${title} that takes too long goes on from where it was, and finds each attempt once`, () => {
    using db = emptyLedger();
    append(db, everyHour);
    const { found, resumed } = slowPages(db, searchFor(change));
    assertEquals(found, expected);
    assert(resumed > 1, `${resumed} pages`);
    assertEquals(ids(db, change), expected);
  });
}

Deno.test("a search reads many attempts in batches, and goes on within a millisecond", () => {
  using db = emptyLedger();
  const rows = Array.from({ length: 25_000 }, (_, n) => attempt({ id: `same-${n}`, started_at_ms: HOUR }));
  append(db, rows);
  const { found, resumed } = slowPages(db, searchFor({ filters: { outcome: ["ok"] }, limit: 30_000 }));
  assertEquals([new Set(found).size, found.length, resumed], [25_000, 25_000, 3]);
});

Deno.test("attempts from before there were marks are found, and those after them", () => {
  using db = emptyLedger(5);
  const old = attempt({ id: "old", started_at_ms: 5 * HOUR, request_id: "req_1" });
  new LedgerWriter(db).commit([{ kind: "attempt", row: old }]);
  db.exec("UPDATE history_place SET attempt = 1");
  migrate(db);
  append(db, [
    attempt({ id: "late", started_at_ms: 4 * HOUR, request_id: "req_1" }),
    attempt({ id: "new", started_at_ms: 6 * HOUR, request_id: "req_1" }),
    attempt({ id: "other", started_at_ms: 6 * HOUR, request_id: "req_2" }),
  ]);
  assertEquals(ids(db, { is: { request_id: "req_1" } }), ["new", "old", "late"]);
});

Deno.test("attempts are found by their sums when those of minutes are deleted, also after a late one in between", () => {
  using db = emptyLedger();
  append(db, [1, 2, 3].map((n) => attempt({ id: `early-${n}`, started_at_ms: n * 20 * MINUTE })));
  shortenHistory(db, { minutes_from_ms: DAY + 7 * MINUTE, quarters_from_ms: 0, zone: "UTC" });
  append(db, [10 * MINUTE, DAY + 2 * MINUTE, 2 * DAY].map((at) => attempt({ id: `late-${at}`, started_at_ms: at })));
  const found = ids(db, { filters: { outcome: ["ok"] } });
  assertEquals(found, [
    `late-${2 * DAY}`,
    `late-${DAY + 2 * MINUTE}`,
    "early-3",
    "early-2",
    "early-1",
    `late-${10 * MINUTE}`,
  ]);
});

Deno.test("an attempt that is in no sum yet is found", () => {
  using db = emptyLedger();
  append(db, [attempt({ id: "summed", started_at_ms: 9 * HOUR, run: "eval" })]);
  for (const started_at_ms of [HOUR, 12 * HOUR]) {
    const row = attempt({ id: `pending-${started_at_ms}`, started_at_ms, run: "eval", outcome: "failed" });
    new LedgerWriter(db).commit([{ kind: "attempt", row }]);
  }
  const pending = [12, 1].map((hour) => `pending-${hour * HOUR}`);
  assertEquals(ids(db, { filters: { outcome: ["failed"] } }), pending);
  assertEquals(ids(db, { is: { run: "eval" } }), [pending[0], "summed", pending[1]]);
});

Deno.test("marks go with the attempts that retention deletes", () => {
  using db = emptyLedger();
  append(db, [1, 2, 3].map((day) => attempt({ started_at_ms: day * DAY, run: "eval" })));
  db.exec(`UPDATE retention SET from_ms = ${2 * DAY}`);
  shortenHistory(db, { minutes_from_ms: 0, quarters_from_ms: 0, zone: "UTC" });
  const minutes = db.prepare("SELECT minute FROM search_marks").all().map(({ minute }) => Number(minute) * MINUTE);
  assertEquals(minutes, [2 * DAY, 3 * DAY]);
});

Deno.test("a call with very many attempts is searched for page by page", () => {
  using db = emptyLedger();
  const call_id = "call-of-a-batch";
  append(
    db,
    Array.from({ length: 10_001 }, (_, n) => attempt({ id: `part-${n}`, call_id, started_at_ms: n * MINUTE })),
  );
  assertEquals(ids(db, { is: { call_id }, limit: 2 }), ["part-10000", "part-9999"]);
});
