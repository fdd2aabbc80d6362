import { attempt } from "../../../tests/contracts/ledger_contract.ts";
import { assertEquals, assertRejects, assertStringIncludes } from "../../../tests/support/assert.ts";
import { type Ledger, type LedgerEntry, LedgerError } from "../ledger.ts";
import type { Reply, Request } from "./messages.ts";
import { openSqliteLedger } from "./sqlite.ts";
import { type LedgerWorker, WorkerCalls } from "./worker_calls.ts";

/** A worker in this thread that opens no file. The test says how it answers. */
class FakeWorker implements LedgerWorker {
  onmessage: LedgerWorker["onmessage"] = null;
  onerror: LedgerWorker["onerror"] = null;
  terminated = false;
  readonly requests: Request[] = [];
  readonly #answer: (worker: FakeWorker, request: Request) => void;

  constructor(answer: (worker: FakeWorker, request: Request) => void) {
    this.#answer = answer;
  }

  postMessage(request: Request): void {
    this.requests.push(request);
    queueMicrotask(() => this.#answer(this, request));
  }

  terminate(): void {
    this.terminated = true;
  }

  reply(message: unknown): void {
    this.onmessage?.call(this as never, new MessageEvent("message", { data: message }));
  }

  /** Dispatches an error as Deno does when the worker's code throws. */
  fail(message: string): ErrorEvent {
    const event = new ErrorEvent("error", { message, cancelable: true });
    this.onerror?.call(this as never, event);
    return event;
  }
}

/** Opens the file, and answers no other request. */
function silent(worker: FakeWorker, { kind }: Request): void {
  if (kind === "open") worker.reply({ kind: "ready" } satisfies Reply);
}

/** A deadline for promises that must settle. */
async function settled<T>(promises: Promise<T>[]): Promise<PromiseSettledResult<T>[]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("It still waits after two seconds")), 2_000);
  });
  return await Promise.race([Promise.allSettled(promises), late]).finally(() => clearTimeout(timer));
}

/** The codes of rejections, "ok" for the others. */
function codes(results: PromiseSettledResult<unknown>[]): unknown[] {
  return results.map((result) => result.status === "rejected" ? (result.reason as LedgerError).code : "ok");
}

function written(ledger: Ledger): Promise<boolean> {
  return new Promise((resolve, reject) => {
    ledger.write(entry(), (_, outcome) => typeof outcome === "boolean" ? resolve(outcome) : reject(outcome));
  });
}

function entry(): LedgerEntry {
  return { kind: "attempt", row: attempt() };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Runs `body` with a ledger and the workers that it has started, which answer by `answers` in their order. */
async function withWorkers(
  answers: ((worker: FakeWorker, request: Request) => void)[],
  body: (ledger: Ledger, workers: FakeWorker[], path: string) => Promise<void>,
): Promise<void> {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/quota.db`;
  const workers: FakeWorker[] = [];
  const startWorker = () => {
    const worker = new FakeWorker(answers[workers.length] ?? silent);
    workers.push(worker);
    return worker;
  };
  try {
    await body(await openSqliteLedger(path, { startWorker }), workers, path);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const BREAKS: Record<string, (worker: FakeWorker) => void> = {
  "throws": (worker) => worker.fail("Uncaught Error: a bug"),
  "cannot open the file": (worker) => worker.reply({ kind: "broken", code: "unavailable", message: "Cannot open" }),
  "sends null": (worker) => worker.reply(null),
  "sends an unknown kind": (worker) => worker.reply({ kind: "nonsense", id: 999 }),
  "answers a request that was never made": (worker) =>
    worker.reply({ kind: "committed", id: 999, committed: { duplicates: [], refused: [] } }),
};

for (const [fault, breakWorker] of Object.entries(BREAKS)) {
  Deno.test(`a worker that ${fault} rejects all pending calls, and the ledger can be closed`, async () => {
    await withWorkers([silent], async (ledger, workers) => {
      const pending: Promise<unknown>[] = [ledger.append(entry()), written(ledger)];
      await turn();
      pending.push(ledger.rebuild(0, 0), ledger.usage("acme", 0, 1), ledger.notices("acme", 1));
      pending.push(ledger.attempts("acme", 1));
      assertEquals(workers[0].requests.map(({ kind }) => kind), ["open", "commit", "read", "read", "read", "read"]);
      const closing = ledger.close();
      breakWorker(workers[0]);
      assertEquals(codes(await settled(pending)), Array(6).fill("unavailable"));
      assertEquals(workers[0].terminated, true);
      assertEquals(codes(await settled([closing])), ["ok"]);
    });
  });
}

Deno.test("the spend of a month is read while the worker is busy, and no commit waits for it", () => {
  const answers = (worker: FakeWorker, request: Request) => {
    silent(worker, request);
    if (request.kind === "close") worker.reply({ kind: "closed" });
  };
  return withWorkers([answers], async (ledger, workers) => {
    const append = ledger.append(entry());
    await turn();
    assertEquals(await ledger.spend(0, 1, 1), { counts: [], corrections_place: 0 });
    assertEquals(workers[0].requests.map(({ kind }) => kind), ["open", "commit"]);
    const closing = ledger.close();
    workers[0].fail("ended by the test");
    assertEquals(codes(await settled<unknown>([append, closing])), ["unavailable", "ok"]);
  });
});

Deno.test("entries that wait behind the batch in flight are sent to a new worker", async () => {
  const commits = (worker: FakeWorker, request: Request) => {
    silent(worker, request);
    if (request.kind === "commit") {
      worker.reply({ kind: "committed", id: request.id, committed: { duplicates: [], refused: [] } });
    }
    if (request.kind === "close") worker.reply({ kind: "closed" });
  };
  await withWorkers([silent, commits], async (ledger, workers) => {
    const first = ledger.append(entry());
    await turn();
    const second = ledger.append(entry());
    const third = written(ledger);
    workers[0].fail("Uncaught Error: a bug");
    const error = await assertRejects(() => first, LedgerError, "Uncaught Error: a bug");
    assertStringIncludes(error.message, "Cannot use the ledger ");
    assertEquals(codes(await settled([second, third])), ["ok", "ok"]);
    assertEquals(workers.length, 2);
    await ledger.close();
    assertEquals(workers[1].terminated, true);
  });
});

Deno.test("an error in the worker does not end the process", async () => {
  await withWorkers([silent], async (ledger, workers) => {
    const appended = ledger.append(entry());
    await turn();
    assertEquals(workers[0].fail("Uncaught Error: a bug").defaultPrevented, true);
    assertEquals(codes(await settled([appended])), ["unavailable"]);
    await ledger.close();
  });
});

Deno.test("messages of an ended worker are ignored", async () => {
  await withWorkers([silent, silent], async (ledger, workers) => {
    const first = ledger.append(entry());
    await turn();
    workers[0].fail("Uncaught Error: a bug");
    assertEquals(codes(await settled([first])), ["unavailable"]);
    const second = ledger.append(entry());
    await turn();
    await turn();
    workers[0].reply({ kind: "nonsense" });
    workers[0].fail("Uncaught Error: another bug");
    assertEquals(workers[1].terminated, false);
    const [, { id }] = workers[1].requests as { id: number }[];
    workers[1].reply({ kind: "committed", id, committed: { duplicates: [], refused: [] } });
    assertEquals(codes(await settled([second])), ["ok"]);
    const closing = ledger.close();
    workers[1].reply({ kind: "closed" });
    assertEquals(codes(await settled([closing])), ["ok"]);
  });
});

Deno.test("a worker that breaks while it closes ends the close, and frees the file", async () => {
  await withWorkers([silent], async (ledger, workers, path) => {
    const appended = ledger.append(entry());
    await turn();
    const [, { id }] = workers[0].requests as { id: number }[];
    workers[0].reply({ kind: "committed", id, committed: { duplicates: [], refused: [] } });
    await appended;
    const closing = ledger.close();
    await turn();
    assertEquals(workers[0].requests.at(-1)?.kind, "close");
    workers[0].fail("Uncaught Error: a bug");
    assertEquals(codes(await settled([closing])), ["ok"]);
    await (await openSqliteLedger(path)).close();
  });
});

Deno.test("a worker that cannot be started rejects the append, and the next append tries again", async () => {
  const folder = Deno.makeTempDirSync();
  const startWorker = () => {
    throw new Deno.errors.NotCapable('Requires read access to "worker.js", run again with the --allow-read flag');
  };
  try {
    const ledger = await openSqliteLedger(`${folder}/quota.db`, { startWorker });
    for (let time = 0; time < 2; time++) {
      const error = await assertRejects(() => ledger.append(entry()), LedgerError, "started without read access");
      assertStringIncludes(error.message, "Cannot start the worker of the ledger ");
    }
    assertEquals(codes(await settled([ledger.close()])), ["ok"]);
    await (await openSqliteLedger(`${folder}/quota.db`)).close();
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("the first call uses a worker that was started ahead of it", async () => {
  const workers: FakeWorker[] = [];
  const start = () => {
    workers.push(new FakeWorker(silent));
    return workers[workers.length - 1];
  };
  const bounds = { lockWaitMs: 0, journalAlarmBytes: 1, fileCheckMs: 1000 };
  const names = { path: "quota.db", lockPath: "quota.db.lock" };
  const nothing = { onReady: () => {}, onJournal: () => {}, onLocked: () => {}, onFile: () => {} };
  const calls = new WorkerCalls({ ...names, ...nothing, bounds, start });
  calls.start();
  calls.start();
  assertEquals(workers.map(({ requests }) => requests), [[{ kind: "open", ...names, bounds }]]);
  const committed = calls.commit("[]");
  workers[0].reply({ kind: "committed", id: 1, committed: { duplicates: [], refused: [] } });
  assertEquals(await committed, { duplicates: [], refused: [] });
  assertEquals(workers.length, 1);
});
