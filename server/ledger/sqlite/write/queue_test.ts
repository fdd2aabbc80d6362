import { attempt } from "../../../../tests/contracts/ledger_contract.ts";
import { assertEquals, assertRejects } from "../../../../tests/support/assert.ts";
import { type LedgerEntry, LedgerError } from "../../ledger.ts";
import type { Committed } from "../messages.ts";
import { WriteQueue } from "./queue.ts";

const ALL_NEW: Committed = { duplicates: [], refused: [] };

/** The window of entries whose callers wait. */
const APPEND_WINDOW_MS = 1;

/** A disk that finishes a batch when the test resolves its promise. */
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

/** Waits until all promises that can settle have settled. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("an idle queue sends an entry immediately; entries that arrive meanwhile form one batch", async () => {
  const { batches, send } = slowDisk();
  const queue = new WriteQueue(send, 100);
  const added: Promise<boolean>[] = [];
  for (let i = 0; i < 10; i++) {
    added.push(queue.append(entry(), 0));
    await turn();
  }
  assertEquals(batches.map(({ entries }) => entries.length), [1]);
  batches[0].done.resolve(ALL_NEW);
  await turn();
  assertEquals(batches.map(({ entries }) => entries.length), [1, 9]);
  batches[1].done.resolve({ duplicates: [3], refused: [] });
  assertEquals((await Promise.all(added)).indexOf(false), 4);
});

Deno.test("a busy queue keeps two batches in flight", async () => {
  const { batches, send } = slowDisk();
  const queue = new WriteQueue(send, 10_000);
  const added = Array.from({ length: 600 }, () => queue.append(entry(), APPEND_WINDOW_MS));
  await turn();
  assertEquals(batches.map(({ entries }) => entries.length), [300, 300]);
  added.push(...Array.from({ length: 300 }, () => queue.append(entry(), APPEND_WINDOW_MS)));
  await turn();
  assertEquals(batches.length, 2);
  batches[0].done.resolve(ALL_NEW);
  await turn();
  assertEquals(batches.map(({ entries }) => entries.length), [300, 300, 300]);
  for (const { done } of batches) done.resolve(ALL_NEW);
  assertEquals((await Promise.all(added)).every(Boolean), true);
});

Deno.test("each entry of a batch has its own outcome", async () => {
  const { batches, send } = slowDisk();
  const queue = new WriteQueue(send, 100);
  const [first, second] = [queue.append(entry(), 0), queue.append(entry(), 0)];
  await turn();
  const refused = [{ index: 0, code: "invalid", message: "Cannot append it" } as const];
  batches[0].done.resolve({ duplicates: [], refused });
  assertEquals((await assertRejects(() => first, LedgerError, "Cannot append it")).code, "invalid");
  assertEquals(await second, true);
});

Deno.test("a failed batch does not fail the next one", async () => {
  const { batches, send } = slowDisk();
  const queue = new WriteQueue(send, 100);
  const first = queue.append(entry(), 0);
  await turn();
  batches[0].done.reject(new LedgerError("full", "disk is full"));
  await assertRejects(() => first, LedgerError, "disk is full");
  const second = queue.append(entry(), 0);
  await turn();
  batches[1].done.resolve(ALL_NEW);
  assertEquals(await second, true);
});

Deno.test("a full queue refuses entries, and accepts them again when there is room", async () => {
  const { batches, send } = slowDisk();
  const queue = new WriteQueue(send, 2);
  const accepted = [queue.append(entry(), 0), queue.append(entry(), 0)];
  const error = await assertRejects(() => queue.append(entry(), 0), LedgerError, "2 entries wait for the disk");
  assertEquals(error.code, "full");
  const drained = queue.drained();
  await turn();
  batches.forEach(({ done }) => done.resolve(ALL_NEW));
  assertEquals(await Promise.all(accepted), [true, true]);
  await drained;
  void queue.append(entry(), 0);
  await turn();
  assertEquals(batches.length, 2);
});

Deno.test("after a commit an entry waits for its window; an entry with a shorter window takes it along", async () => {
  const { batches, send } = slowDisk();
  const queue = new WriteQueue(send, 100);
  const first = queue.append(entry(), 0);
  await turn();
  batches[0].done.resolve(ALL_NEW);
  await first;
  const long = queue.append(entry(), 1_000_000);
  await turn();
  assertEquals(batches.length, 1);
  const short = queue.append(entry(), 0);
  await turn();
  assertEquals(batches.map(({ entries }) => entries.length), [1, 2]);
  batches[1].done.resolve(ALL_NEW);
  assertEquals(await Promise.all([long, short]), [true, true]);
});

Deno.test("entries send a late batch themselves: a busy event loop runs no timer and reads no report", () => {
  const { batches, send } = slowDisk();
  let now_ms = 0;
  const queue = new WriteQueue(send, 10_000, () => now_ms);
  const write = (count: number) => {
    for (const _ of Array(count)) queue.write(entry(), 20, () => {});
  };
  const sent = () => batches.map(({ entries }) => entries.length);
  const writeAt = (ms: number, count: number) => {
    now_ms = ms;
    write(count);
  };
  writeAt(0, 15);
  writeAt(29, 8);
  assertEquals(sent(), []);
  writeAt(30, 1);
  assertEquals(sent(), [24]);
  writeAt(31, 15);
  writeAt(61, 1);
  assertEquals(sent(), [24, 16]);
  writeAt(62, 15);
  writeAt(1000, 1);
  assertEquals(sent(), [24, 16], "two batches are in flight");
});

Deno.test("unawaited entries wait for their window, unless 512 of them wait", async () => {
  const { batches, send } = slowDisk();
  const queue = new WriteQueue(send, 10_000);
  const told: [LedgerEntry, boolean | Error][] = [];
  const write = (count: number) => {
    for (const _ of Array(count)) queue.write(entry(), 1_000_000, (written, outcome) => told.push([written, outcome]));
  };
  write(1);
  await turn();
  batches[0].done.resolve(ALL_NEW);
  await turn();
  write(511);
  await turn();
  assertEquals(batches.map(({ entries }) => entries.length), [1]);
  // The 512th sends them all before their window ends.
  write(1);
  await turn();
  assertEquals(batches.map(({ entries }) => entries.length), [1, 512]);
  write(600);
  await turn();
  assertEquals(batches.length, 2, "no caller waits: the next batch grows while this one is written");
  const refused = [{ index: 1, code: "invalid", message: "Cannot append it" } as const];
  batches[1].done.resolve({ duplicates: [0], refused });
  await turn();
  assertEquals(batches.map(({ entries }) => entries.length), [1, 512, 600]);
  assertEquals(told.length, 513);
  assertEquals(told.map(([written]) => written), [...batches[0].entries, ...batches[1].entries]);
  assertEquals(told.slice(0, 4).map(([, outcome]) => outcome instanceof Error || outcome), [true, false, true, true]);
  batches[2].done.reject(new LedgerError("full", "disk is full"));
  await queue.drained();
  assertEquals(told.slice(513).every(([, outcome]) => outcome instanceof LedgerError), true);
});

Deno.test("a full queue refuses an unawaited entry in a later turn", async () => {
  const queue = new WriteQueue(slowDisk().send, 1);
  const outcomes: unknown[] = [];
  queue.write(entry(), 0, () => {});
  queue.write(entry(), 0, (_, outcome) => outcomes.push(outcome));
  assertEquals(outcomes, []);
  await turn();
  assertEquals((outcomes[0] as LedgerError).code, "full");
});

Deno.test("an awaited entry takes unawaited ones along, in the order of arrival", async () => {
  const { batches, send } = slowDisk();
  const queue = new WriteQueue(send, 100);
  const first = queue.append(entry(), 0);
  await turn();
  batches[0].done.resolve(ALL_NEW);
  await first;
  const entries = [entry(), entry(), entry()];
  queue.write(entries[0], 1_000_000, () => {});
  const awaited = queue.append(entries[1], 0);
  queue.write(entries[2], 1_000_000, () => {});
  await turn();
  assertEquals(batches[1].entries, entries);
  batches[1].done.resolve(ALL_NEW);
  assertEquals(await awaited, true);
});

Deno.test("a single entry that waits behind a batch is sent after the batch", async () => {
  const { batches, send } = slowDisk();
  const queue = new WriteQueue(send, 100);
  void queue.append(entry(), 0);
  await turn();
  const second = queue.append(entry(), 0);
  await turn();
  assertEquals(batches.length, 1);
  batches[0].done.resolve(ALL_NEW);
  await turn();
  assertEquals(batches.length, 2);
  batches[1].done.resolve(ALL_NEW);
  assertEquals(await second, true);
});
