import { DatabaseSync } from "node:sqlite";
import { LedgerError } from "../../server/ledger/ledger.ts";
import { lockFile } from "../../server/ledger/sqlite/files/file.ts";
import { openSqliteLedger } from "../../server/ledger/sqlite/sqlite.ts";
import type { Reply, Request } from "../../server/ledger/sqlite/messages.ts";
import type { LedgerWorker } from "../../server/ledger/sqlite/worker_calls.ts";
import { run, until } from "../api/running.ts";
import { attempt } from "../contracts/ledger_contract.ts";
import { startUpstream } from "../support/upstream.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../support/assert.ts";
import { eventually } from "../support/eventually.ts";
import { kill, linesOf, startJob, temporaryFolder } from "./ledger_support.ts";

Deno.test("FAULT 6: while another connection locks the file, appends wait, reads go on and the main thread is free", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/quota.db`;
  const ledger = await openSqliteLedger(path);
  try {
    await ledger.append({ kind: "attempt", row: attempt() });
    const release = holdLock(path);
    let settled = 0;
    const waiting = Array.from(
      { length: 100 },
      () => ledger.append({ kind: "attempt", row: attempt() }).finally(() => settled++),
    );
    // Each read is answered between two attempts of the writer to get the lock.
    for (let i = 0; i < 3; i++) assertEquals((await ledger.attempts("acme", 1_000)).length, 1);
    assertEquals(settled, 0);
    // This thread releases the lock: if the wait blocked it, neither would ever end.
    release();
    assertEquals(new Set(await Promise.all(waiting)), new Set([true]));
    assertEquals((await ledger.attempts("acme", 1_000)).length, 101);
  } finally {
    await ledger.close();
  }
});

Deno.test("FAULT 6: an append that waits too long is refused and not in the ledger, and the next one succeeds", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/quota.db`;
  const ledger = await openSqliteLedger(path, { lockWaitMs: 0 });
  try {
    const first = attempt();
    await ledger.append({ kind: "attempt", row: first });
    const release = holdLock(path);
    const refused = attempt();
    const error = await assertRejects(
      () => ledger.append({ kind: "attempt", row: refused }),
      LedgerError,
      "database is locked",
    );
    assertEquals(error.code, "unavailable");
    release();
    assertEquals(await ledger.append({ kind: "attempt", row: refused }), true);
    assertEquals((await ledger.attempts("acme", 10)).map(({ id }) => id), [refused.id, first.id]);
  } finally {
    await ledger.close();
  }
});

Deno.test("FAULT 77: calls that wait for a locked ledger are said within a second by health, readiness, status and log", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/quota.db`;
  const upstream = await startUpstream();
  const ledger = await openSqliteLedger(path);
  const log: string[] = [];
  const running = await run({ QUOTA_UPSTREAM_URL: upstream.url }, { ledger, log: (event) => log.push(event) });
  const { url } = running.service;
  const body = async (route: string) => await (await fetch(url + route)).json();
  const call = async () => {
    const init = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"model":"m","messages":[]}',
    };
    const answer = await fetch(`${url}/w/acme/v1/chat/completions`, init);
    await answer.text();
    return answer.status;
  };
  try {
    assertEquals([await call(), (await body("/healthz")).status], [200, "ok"]);
    await running.service.tracker.flushed();
    const release = holdLock(path);
    assertEquals(await call(), 200);
    const waits_since = performance.now();
    const health = await eventually(async () => {
      const health = await body("/healthz");
      assertEquals([health.status, health.ledger], ["degraded", "degraded"]);
      assertStringIncludes(health.problems[0], "another program locks the ledger's file");
      return health;
    });
    // On a machine that is busy with other tests; `options_test.ts` has the bound of the service itself.
    assert(performance.now() - waits_since < 5000);
    const { status, cause } = await body("/api/quota/status?workspace_id=acme");
    assertEquals([status, cause.code, cause.message, cause.fix], [
      "degraded",
      "ledger_failing",
      health.problems[0],
      "service",
    ]);
    assertEquals([(await body("/readyz")).code, log[0]], ["ledger_unavailable", "ledger_problem"]);
    // Calls are still permitted: their rows wait in order.
    assertEquals([await call(), (await body("/api/quota/availability?workspace_id=acme")).available], [200, true]);
    release();
    await eventually(async () => {
      const { ledger, problems } = await body("/healthz");
      assertEquals([ledger, problems, log.at(-1)], ["ok", [], "ledger_problem_over"]);
    });
    await running.service.tracker.flushed();
    assertEquals((await ledger.attempts("acme", 9)).length, 3);
    assertEquals((await body("/api/quota/status?workspace_id=acme")).status, "normal");
  } finally {
    await running.service.stop();
    await upstream.close();
  }
});

Deno.test("FAULT 77: a worker that does not answer is a problem too, which ends with its answer", async () => {
  using folder = temporaryFolder();
  const answers: (() => void)[] = [];
  const startWorker = () => silentWorker(answers);
  const options = { startWorker, watchMs: 5, delayAlarmMs: 20 };
  const ledger = await openSqliteLedger(`${folder.path}/quota.db`, options);
  const problems: (string | null)[] = [];
  ledger.onProblem((reason) => problems.push(reason));
  const appended = ledger.append({ kind: "attempt", row: attempt() });
  await until(() => problems.length > 0, "the problem");
  assertStringIncludes(problems[0] ?? "", "the ledger's disk does not answer");
  answers.forEach((answer) => answer());
  await appended;
  await until(() => problems.length > 1, "its end");
  assertEquals(problems[1], null);
  const closing = ledger.close();
  answers.forEach((answer) => answer());
  await closing;
});

/** A worker that answers each request when the test says so. */
function silentWorker(answers: (() => void)[]): LedgerWorker {
  const worker: LedgerWorker = {
    onmessage: null,
    onerror: null,
    terminate() {},
    postMessage(request: Request) {
      const reply = replyTo(request);
      answers.push(() => worker.onmessage?.call(worker as Worker, new MessageEvent("message", { data: reply })));
    },
  };
  return worker;
}

function replyTo(request: Request): Reply {
  if (request.kind === "open") return { kind: "ready" };
  if (request.kind === "commit") {
    return { kind: "committed", id: request.id, committed: { duplicates: [], refused: [] } };
  }
  return { kind: "closed" };
}

Deno.test("FAULT 7: a second process on the same file is refused until the first has ended, even by kill -9", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/quota.db`;
  const holder = startJob(folder.path, "hold", path);
  for await (const line of linesOf(holder)) {
    assertEquals(line, "open");
    const error = await assertRejects(() => openSqliteLedger(path), LedgerError);
    assertEquals(error.code, "in_use");
    assertStringIncludes(error.message, `process ${holder.pid} has it open`);
    Deno.symlinkSync(path, `${folder.path}/other-name.db`);
    await assertRejects(() => openSqliteLedger(`${folder.path}/other-name.db`), LedgerError, "has it open");
    await kill(holder);
  }
  const ledger = await openSqliteLedger(path);
  assertEquals(await ledger.append({ kind: "attempt", row: attempt() }), true);
  await ledger.close();
});

Deno.test("FAULT 7: a closed ledger is free immediately, also while another thread starts programs", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/quota.db`;
  const starter = startPrograms(20);
  // A child process has a copy of every open file, of the lock file too, until it runs its program.
  let locked = 0;
  while (starter.busy) {
    for (let time = 0; time < 20; time++, locked++) lockFile(path)[Symbol.dispose]();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  assert(locked > 0);
});

/** A thread that starts `count` programs, one after the other. */
function startPrograms(count: number): { busy: boolean } {
  const program = `for (let n = 0; n < ${count}; n++) {
    await new Deno.Command(${JSON.stringify(Deno.execPath())}, { args: ["--version"] }).output();
  }
  self.postMessage("done");`;
  const thread = new Worker(`data:application/javascript,${encodeURIComponent(program)}`, { type: "module" });
  const state = { busy: true };
  thread.onmessage = () => {
    thread.terminate();
    state.busy = false;
  };
  return state;
}

/** Takes the file's write lock, as another program might. Returns a function that releases it. */
function holdLock(path: string): () => void {
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  return () => {
    other.exec("ROLLBACK");
    other.close();
  };
}
