import { attempt } from "../../../tests/contracts/ledger_contract.ts";
import { assertEquals, assertRejects } from "../../../tests/support/assert.ts";
import { type LedgerEntry, LedgerError } from "../ledger.ts";
import type { Committed } from "./messages.ts";
import { WriteQueue } from "./write_queue.ts";

const ALL_NEW: Committed = { duplicates: [], refused: [] };

/** A disk that is done when the test says so. */
function slowDisk() {
  const batches: { entries: LedgerEntry[]; done: PromiseWithResolvers<Committed> }[] = [];
  const send = (entries: LedgerEntry[]) => {
    const done = Promise.withResolvers<Committed>();
    batches.push({ entries, done });
    return done.promise;
  };
  return { batches, send };
}

function entry(): LedgerEntry {
  return { kind: "attempt", row: attempt() };
}

/** Lets every promise that can settle do so. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("idle, an entry leaves at once; what comes while it is written leaves together", async () => {
  const { batches, send } = slowDisk();
  const queue = new WriteQueue(send, 100);
  const added: Promise<boolean>[] = [];
  for (let i = 0; i < 10; i++) {
    added.push(queue.add(entry(), 0));
    await turn();
  }
  assertEquals(batches.map(({ entries }) => entries.length), [1]);
  batches[0].done.resolve(ALL_NEW);
  await turn();
  assertEquals(batches.map(({ entries }) => entries.length), [1, 9]);
  batches[1].done.resolve({ duplicates: [3], refused: [] });
  assertEquals((await Promise.all(added)).indexOf(false), 4);
});

Deno.test("busy, one half is written while the other's callers send again", async () => {
  const { batches, send } = slowDisk();
  const queue = new WriteQueue(send, 10_000);
  const added = Array.from({ length: 600 }, () => queue.add(entry(), 0));
  await turn();
  assertEquals(batches.map(({ entries }) => entries.length), [300, 300]);
  added.push(...Array.from({ length: 300 }, () => queue.add(entry(), 0)));
  await turn();
  assertEquals(batches.length, 2);
  batches[0].done.resolve(ALL_NEW);
  await turn();
  assertEquals(batches.map(({ entries }) => entries.length), [300, 300, 300]);
  for (const { done } of batches) done.resolve(ALL_NEW);
  assertEquals((await Promise.all(added)).every(Boolean), true);
});

Deno.test("each entry of a batch has its own answer", async () => {
  const { batches, send } = slowDisk();
  const queue = new WriteQueue(send, 100);
  const [first, second] = [queue.add(entry(), 0), queue.add(entry(), 0)];
  await turn();
  const refused = [{ index: 0, code: "invalid", message: "Cannot append it" } as const];
  batches[0].done.resolve({ duplicates: [], refused });
  assertEquals((await assertRejects(() => first, LedgerError, "Cannot append it")).code, "invalid");
  assertEquals(await second, true);
});

Deno.test("a batch that fails takes no other with it", async () => {
  const { batches, send } = slowDisk();
  const queue = new WriteQueue(send, 100);
  const first = queue.add(entry(), 0);
  await turn();
  batches[0].done.reject(new LedgerError("full", "disk is full"));
  await assertRejects(() => first, LedgerError, "disk is full");
  const second = queue.add(entry(), 0);
  await turn();
  batches[1].done.resolve(ALL_NEW);
  assertEquals(await second, true);
});

Deno.test("past its limit the queue refuses, and takes again when there is room", async () => {
  const { batches, send } = slowDisk();
  const queue = new WriteQueue(send, 2);
  const accepted = [queue.add(entry(), 0), queue.add(entry(), 0)];
  const error = await assertRejects(() => queue.add(entry(), 0), LedgerError, "2 entries wait for the disk");
  assertEquals(error.code, "full");
  const drained = queue.drained();
  await turn();
  batches.forEach(({ done }) => done.resolve(ALL_NEW));
  assertEquals(await Promise.all(accepted), [true, true]);
  await drained;
  void queue.add(entry(), 0);
  await turn();
  assertEquals(batches.length, 2);
});

Deno.test("right after a commit a patient entry waits for company; an impatient one takes it along", async () => {
  const { batches, send } = slowDisk();
  const queue = new WriteQueue(send, 100);
  const first = queue.add(entry(), 0);
  await turn();
  batches[0].done.resolve(ALL_NEW);
  await first;
  const patient = queue.add(entry(), 1_000_000);
  await turn();
  assertEquals(batches.length, 1);
  const impatient = queue.add(entry(), 0);
  await turn();
  assertEquals(batches.map(({ entries }) => entries.length), [1, 2]);
  batches[1].done.resolve(ALL_NEW);
  assertEquals(await Promise.all([patient, impatient]), [true, true]);
});

Deno.test("what nobody waits for lies for its time after a commit, however much more is put to it", async () => {
  const { batches, send } = slowDisk();
  const queue = new WriteQueue(send, 10_000);
  const told: [LedgerEntry, boolean | Error][] = [];
  const put = (count: number) => {
    for (const _ of Array(count)) queue.put(entry(), 1_000_000, (ended, outcome) => told.push([ended, outcome]));
  };
  put(1);
  await turn();
  batches[0].done.resolve(ALL_NEW);
  await turn();
  put(511);
  await turn();
  assertEquals(batches.map(({ entries }) => entries.length), [1]);
  // So many that they leave before their time, in one batch.
  put(1);
  await turn();
  assertEquals(batches.map(({ entries }) => entries.length), [1, 512]);
  put(600);
  await turn();
  assertEquals(batches.length, 2, "nobody waits: the next batch grows while this one is written");
  const refused = [{ index: 1, code: "invalid", message: "Cannot append it" } as const];
  batches[1].done.resolve({ duplicates: [0], refused });
  await turn();
  assertEquals(batches.map(({ entries }) => entries.length), [1, 512, 600]);
  assertEquals(told.length, 513);
  assertEquals(told.map(([ended]) => ended), [...batches[0].entries, ...batches[1].entries]);
  assertEquals(told.slice(0, 4).map(([, outcome]) => outcome instanceof Error || outcome), [true, false, true, true]);
  batches[2].done.reject(new LedgerError("full", "disk is full"));
  await queue.drained();
  assertEquals(told.slice(513).every(([, outcome]) => outcome instanceof LedgerError), true);
});

Deno.test("past the limit what nobody waits for is told of it later, not refused at once", async () => {
  const queue = new WriteQueue(slowDisk().send, 1);
  const outcomes: unknown[] = [];
  queue.put(entry(), 0, () => {});
  queue.put(entry(), 0, (_, outcome) => outcomes.push(outcome));
  assertEquals(outcomes, []);
  await turn();
  assertEquals((outcomes[0] as LedgerError).code, "full");
});

Deno.test("one who waits takes along what nobody waits for, in the order of their coming", async () => {
  const { batches, send } = slowDisk();
  const queue = new WriteQueue(send, 100);
  const first = queue.add(entry(), 0);
  await turn();
  batches[0].done.resolve(ALL_NEW);
  await first;
  const entries = [entry(), entry(), entry()];
  queue.put(entries[0], 1_000_000, () => {});
  const awaited = queue.add(entries[1], 0);
  queue.put(entries[2], 1_000_000, () => {});
  await turn();
  assertEquals(batches[1].entries, entries);
  batches[1].done.resolve(ALL_NEW);
  assertEquals(await awaited, true);
});
