import { bench, brittleLedger, ok, plan, reserve, send } from "../../tests/api/fixture.ts";
import { assertEquals, assertRejects } from "../../tests/support/assert.ts";
import { LedgerError } from "../ledger/ledger.ts";
import { openMemoryLedger } from "../ledger/memory/memory.ts";
import { isRefusal } from "../attempts/recorder.ts";
import { LedgerOutbox } from "./ledger_outbox.ts";

const FULL = new LedgerError("full", "Cannot write to the ledger: the disk is full.");
const refusedWith = (decision: object) =>
  isRefusal(decision as never) ? (decision as { refused: string }).refused : null;

Deno.test("FAULT 3: with a full disk, enforce mode refuses calls, and permits them again once there is room", async () => {
  const ledger = brittleLedger();
  const { tracker, clock, log } = bench({ ledger });
  clock.every(1000, () => tracker.tick());
  send(tracker);
  await tracker.flushed();
  ledger.failure = FULL;
  send(tracker);
  await tracker.flushed();
  assertEquals(refusedWith(tracker.reserve(plan())), "ledger_unavailable");
  const { status, cause } = tracker.status("acme");
  assertEquals([status, cause?.code, cause?.fix], ["degraded", "ledger_failing", "service"]);
  const { available, retry_after_seconds } = tracker.availability("acme");
  assertEquals([available, retry_after_seconds], [false, 5]);
  clock.advance(3000);
  await tracker.flushed();
  ledger.failure = null;
  clock.advance(1000);
  await tracker.flushed();
  assertEquals(tracker.status("acme").status, "normal");
  assertEquals((await ledger.attempts("acme", 9)).length, 2);
  assertEquals(log, ["ledger_failing", "ledger_recovered"]);
  send(tracker);
});

Deno.test("FAULT 3: with a full disk, observe mode permits calls, the status names the fault, and nothing is lost", async () => {
  const ledger = brittleLedger();
  const { tracker, clock } = bench({ ledger, mode: "observe" });
  ledger.failure = FULL;
  for (let call = 0; call < 5; call++) send(tracker);
  await tracker.flushed();
  assertEquals(tracker.status("acme").status, "degraded");
  assertEquals(tracker.availability("acme").available, true);
  clock.advance(100);
  ledger.failure = null;
  tracker.tick();
  await tracker.flushed();
  assertEquals((await ledger.attempts("acme", 9)).length, 5);
  assertEquals((await ledger.notices("acme", 9)).map((notice) => notice.level), ["degraded"]);
  assertEquals(tracker.status("acme").stats.requests_per_minute?.current, 5);
});

Deno.test("a report that the ledger does not take is not counted, and the status shows the failure", async () => {
  const ledger = brittleLedger();
  const { tracker } = bench({ ledger });
  ledger.failure = FULL;
  const { tokens: _, input_tokens: __, ...known } = plan();
  const { error_message: _m, limit_headers: _h, ...result } = ok();
  const row = { ...known, ...result, model: "m", started_at_ms: 0 };
  await assertRejects(() => tracker.report(row, { limit_headers: {}, error_message: null }), LedgerError);
  assertEquals(tracker.status("acme").usage.attempts, 0);
  assertEquals(tracker.ledgerFailing, true);
  // No kept entry can be retried, so the next entry is tried.
  tracker.tick();
  assertEquals(tracker.ledgerFailing, false);
});

Deno.test("entries that wait when the service stops are tried once more, and the number of lost ones is logged", async () => {
  const ledger = brittleLedger();
  const { tracker, log } = bench({ ledger, mode: "observe" });
  ledger.failure = FULL;
  send(tracker);
  await tracker.close();
  assertEquals(log, ["ledger_failing", "ledger_entries_lost"]);
});

const writer = (ledger = brittleLedger()) => {
  const heard: string[] = [];
  const made = new LedgerOutbox(ledger, {
    onChange: (failure) => heard.push(failure === null ? "well" : "failing"),
    onProblem: () => {},
    onLost: (entry) => heard.push(`lost ${entry.kind}`),
  });
  return { ledger, heard, writer: made };
};
const reset = (id: string) => ({
  kind: "reset" as const,
  row: { id, workspace_id: "acme", scope: "minute" as const, at_ms: 0 },
});

Deno.test("an entry that the ledger will never take does not block others", async () => {
  const { ledger, heard, writer: made } = writer();
  ledger.failure = new LedgerError("invalid", "Cannot append: a lone surrogate.");
  const ended: boolean[] = [];
  made.write(reset("bad"), (fresh) => ended.push(fresh));
  await made.flushed();
  assertEquals([heard, ended, made.kept, made.failing], [["lost reset"], [false], 0, false]);
});

Deno.test("entries keep their order while others wait", async () => {
  const { ledger, heard, writer: made } = writer();
  const order: string[] = [];
  const append = ledger.append;
  ledger.append = function (entry) {
    order.push(entry.row.id);
    return append.call(ledger, entry);
  };
  ledger.failure = FULL;
  made.write(reset("1"));
  await made.flushed();
  made.write(reset("2"));
  ledger.failure = null;
  made.write(reset("3"));
  assertEquals(made.kept, 3);
  made.retry();
  await made.flushed();
  assertEquals([order, heard], [["1", "1", "2", "3"], ["failing", "well"]]);
});

Deno.test("a retry waits for the one before", async () => {
  const { ledger, writer: made } = writer();
  ledger.failure = FULL;
  made.write(reset("1"));
  await made.flushed();
  made.retry();
  made.retry();
  assertEquals(made.failing, true);
  await made.flushed();
  assertEquals(made.kept, 1);
});

Deno.test("flushed waits only for the entries written before it", async () => {
  const ledger = brittleLedger();
  const ends: (() => void)[] = [];
  ledger.write = (entry, ended) => void ends.push(() => ended(entry, true));
  const { writer: made } = writer(ledger);
  const fresh: boolean[] = [];
  made.write(reset("1"), (isNew) => fresh.push(isNew));
  let flushed = false;
  const waiting = made.flushed().then(() => flushed = true);
  made.write(reset("2"));
  await Promise.resolve();
  assertEquals(flushed, false);
  ends[0]();
  await waiting;
  assertEquals(fresh, [true]);
  ends[1]();
  await made.flushed();
});

Deno.test("the lag is the age of the oldest pending entry, also while the ledger fails", async () => {
  const ledger = brittleLedger();
  const ends: (() => void)[] = [];
  const { writer: made } = writer({ ...ledger, write: (entry, ended) => void ends.push(() => ended(entry, true)) });
  made.write(reset("1"));
  for (const now of [0, 1000, 2000]) made.tick(now);
  made.write(reset("2"));
  made.tick(3000);
  assertEquals([made.pending, made.lagAt(4000)], [2, 4000]);
  ends[0]();
  assertEquals([made.pending, made.lagAt(4000)], [1, 1000]);
  ends[1]();
  assertEquals([made.pending, made.lagAt(4000)], [0, 0]);

  const { writer: failing } = writer(ledger);
  ledger.failure = FULL;
  failing.write(reset("3"));
  await failing.flushed();
  for (const now of [0, 1000, 2000]) {
    failing.tick(now);
    await failing.flushed();
  }
  assertEquals([failing.pending, failing.lagAt(5000)], [1, 5000]);
  ledger.failure = null;
  failing.tick(5000);
  await failing.flushed();
  assertEquals([failing.pending, failing.lagAt(6000)], [0, 0]);
});

Deno.test("with the durability `answer`, an answer waits for its row, and goes on if the ledger fails", async () => {
  const memory = openMemoryLedger();
  const { promise: disk, resolve: written, reject: full } = Promise.withResolvers<boolean>();
  const ledger = Object.assign(memory, { append: () => disk });
  const { tracker } = bench({ ledger, durability: "answer" });
  let ended = 0;
  const permit = reserve(tracker);
  const waiting = permit.recorded!.then(() => ended++);
  permit.settle(ok());
  await Promise.resolve();
  assertEquals([ended, tracker.ledgerQueue.pending], [0, 1]);
  written(true);
  await waiting;
  assertEquals([ended, tracker.ledgerQueue.pending], [1, 0]);
  full(new Error("never"));
  ledger.append = () => Promise.reject(new LedgerError("full", "disk is full"));
  const lost = reserve(tracker);
  lost.settle(ok());
  await lost.recorded;
  assertEquals([tracker.ledgerFailing, tracker.ledgerQueue.pending], [true, 1]);
});

Deno.test("with the durability `answer`, an attempt that was not sent ends immediately", async () => {
  const { tracker } = bench({ durability: "answer" });
  const permit = reserve(tracker);
  permit.release(null);
  await permit.recorded;
  assertEquals(reserve(bench().tracker).recorded, undefined);
});
