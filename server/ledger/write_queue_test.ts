import { attempt } from "../../tests/contracts/ledger_contract.ts";
import { assertEquals, assertRejects } from "../../tests/support/assert.ts";
import { type LedgerEntry, LedgerError } from "./ledger.ts";
import type { Committed } from "./sqlite_messages.ts";
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
