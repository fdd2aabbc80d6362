import { bench, failed, LIMITS, ok, plan } from "../../tests/api/fixture.ts";
import { assert, assertEquals, assertRejects } from "../../tests/support/assert.ts";
import { ManualClock } from "../../tests/support/clock.ts";
import { remoteLiveStore } from "../../tests/support/remote_live_store.ts";
import { openMemoryLedger } from "../ledger/memory/memory.ts";
import type { LiveStore } from "../live/live_store.ts";
import { openMemoryLiveStore } from "../live/memory/memory_store.ts";
import { type AttemptPlan, isRefusal, type Permit } from "../attempts/recorder.ts";
import { REBUILD_MS } from "./rebuild.ts";
import { Tracker } from "./tracker.ts";
import { IDLE_MS } from "./workspaces.ts";

/** A tracker whose live store answers later, and rejects while `failure` is set. */
function remote(requests_per_minute = 2, max_workspaces?: number, wrapped = (live: LiveStore): LiveStore => live) {
  const clock = new ManualClock();
  const ledger = openMemoryLedger();
  const log: string[] = [];
  const life = { failure: null as Error | null };
  const tracker = new Tracker<LiveStore>({
    clock,
    ledger,
    live: wrapped(remoteLiveStore(openMemoryLiveStore("UTC"), () => life.failure)),
    limits: { ...LIMITS, requests_per_minute },
    warning_ratio: 0.9,
    mode: "enforce",
    timezone: "UTC",
    max_workspaces,
    log: (event) => log.push(event),
  });
  /** Publishes the changes. */
  const frame = async () => {
    await turns();
    clock.advance(20);
    await turns();
  };
  const permit = async (over: Partial<AttemptPlan> = {}): Promise<Permit> => {
    const decision = await tracker.reserve(plan(over));
    assert(!isRefusal(decision), "it was refused");
    return decision;
  };
  const meter = () => {
    const { current, reserved } = tracker.status("acme").stats.requests_per_minute!;
    return [current, reserved];
  };
  return { tracker, clock, ledger, log, life, frame, permit, meter };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

Deno.test("a store elsewhere: reserved, used, released; statuses follow with the frame", async () => {
  const { tracker, frame, permit, meter } = remote();
  assertEquals(tracker.status("acme").stats.requests_per_minute, null);
  const [settled, released] = [await permit(), await permit()];
  await frame();
  assertEquals([meter(), tracker.status("acme").status], [[0, 2], "rate_limited"]);
  settled.settle(ok(70));
  released.release(null);
  await frame();
  assertEquals([meter(), tracker.status("acme").usage.total_tokens, tracker.inFlight], [[1, 0], 70, 0]);
});

Deno.test("a store elsewhere: of many attempts that race for the last requests of a limit, exactly that many are permitted", async () => {
  const { tracker } = remote();
  const decisions = await Promise.all(Array.from({ length: 20 }, () => tracker.reserve(plan())));
  assertEquals([decisions.filter((each) => !isRefusal(each)).length, tracker.inFlight], [2, 2]);
});

Deno.test("a store elsewhere: attempts wait in order of arrival, and one whose caller has left releases its permit", async () => {
  const { tracker, frame, permit, meter } = remote();
  const held = [await permit(), await permit()];
  const told: string[] = [];
  const wait = (name: string, signal?: AbortSignal) =>
    Promise.resolve(tracker.reserve(plan(), { max_wait_ms: 300_000, signal })).then(
      (decision) => told.push(isRefusal(decision) ? `${name} ${decision.refused}` : name),
      () => told.push(`${name} left`),
    );
  const leaving = new AbortController();
  wait("a"), await turns(), wait("b", leaving.signal), await turns(), wait("c");
  await turns();
  assertEquals(tracker.waiting, 3);
  held[0].release(null);
  await turns();
  assertEquals(told, ["a"]);
  held[1].release(null);
  // The caller leaves while the store is asked.
  leaving.abort();
  await frame();
  assertEquals([told, meter(), tracker.waiting], [["a", "b left", "c"], [0, 2], 0]);
});

Deno.test("a store elsewhere: a stop of the service ends all waits", async () => {
  const { tracker, permit } = remote(1);
  await permit();
  const waiting = tracker.reserve(plan(), { max_wait_ms: 300_000 });
  await turns();
  tracker.dismiss();
  const decision = await waiting;
  assert(isRefusal(decision) && decision.refused === "workspace_rate_limited");
});

Deno.test("a store elsewhere: if it fails, reserve rejects with its error, and lost changes are logged", async () => {
  const { tracker, ledger, log, life, frame, permit } = remote();
  const open = await permit();
  const waiting = [await permit()].length;
  const queued = tracker.reserve(plan(), { max_wait_ms: 300_000 });
  await turns();
  life.failure = new Error("no connection");
  await assertRejects(async () => await tracker.reserve(plan()), Error, "no connection");
  open.settle(failed(500, null));
  tracker.reset("acme", "minute");
  await assertRejects(async () => await queued, Error, "no connection");
  await frame();
  assert(log.filter((event) => event === "live_store_failing").length >= 3, log.join());
  assertEquals([waiting, tracker.waiting], [1, 0]);
  life.failure = null;
  await tracker.flushed();
  assertEquals((await ledger.attempts("acme", 9)).length, 1);
});

Deno.test("a store elsewhere: a restart restores what the ledger has", async () => {
  const before = bench();
  const permit = before.tracker.reserve(plan());
  assert(!isRefusal(permit));
  permit.settle(ok(70));
  await before.tracker.flushed();
  const { tracker, clock, meter } = remote();
  await tracker.load(await before.ledger.rebuild(clock.now() - REBUILD_MS, tracker.day.start_ms));
  await turns();
  assertEquals([meter(), tracker.status("acme").usage.total_tokens], [[1, 0], 70]);
});

Deno.test("a store elsewhere: while it fails, a status that is read has what the store told last", async () => {
  const { tracker, clock, frame, life, permit, meter } = remote();
  (await permit()).settle(ok(70));
  await frame();
  assertEquals(meter(), [1, 0]);
  life.failure = new Error("no connection");
  clock.advance(1_000);
  // A rejection without a handler would end the process, and fails this test.
  assertEquals([meter(), tracker.availability("acme").available, tracker.headroom("acme").available], [
    [1, 0],
    true,
    true,
  ]);
  assertEquals(tracker.status("unknown").stats.requests_per_minute, null);
  await turns();
  assertEquals(meter(), [1, 0]);
});

Deno.test("a store elsewhere: statuses that cannot be read at the start are logged, and follow with a change", async () => {
  let isBroken = true;
  const { tracker, clock, log, frame, permit, meter } = remote(2, undefined, (live) => ({
    ...live,
    snapshot: (...args) => isBroken ? Promise.reject(new Error("no connection")) : live.snapshot(...args),
  }));
  const day = { workspace_id: "acme", requested_model: null, model: null, requests: 1, tokens: 70 };
  const none = await openMemoryLedger().rebuild(clock.now() - REBUILD_MS, tracker.day.start_ms);
  await tracker.load({ ...none, seconds: [{ ...day, second: clock.now() / 1000 }] });
  await turns();
  // One for each workspace: acme and default.
  assertEquals(log.filter((event) => event === "live_store_failing").length, 2);
  isBroken = false;
  (await permit()).release(null);
  await frame();
  assertEquals(meter(), [1, 0]);
});

Deno.test("a workspace makes room while the store fails, and the failure of its close is no error", async () => {
  const { clock, life, permit, tracker } = remote(2, 2);
  (await permit({ workspace_id: "first" })).release(null);
  clock.advance(IDLE_MS);
  const reserving = tracker.reserve(plan({ workspace_id: "second" }));
  life.failure = new Error("connection lost");
  await assertRejects(async () => await reserving, Error, "connection lost");
  await turns();
  assertEquals([...tracker.workspaceIds], ["default", "second"]);
});

Deno.test("a store elsewhere: while it has not answered, the workspace of a call makes no room for others", async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const { tracker, clock } = remote(9, 3, (live) => ({
    ...live,
    reserve: (...args) => answered.then(() => live.reserve(...args)),
  }));
  const asked = tracker.reserve(plan());
  clock.advance(IDLE_MS);
  for (const workspace_id of ["b", "c", "d"]) void tracker.reserve(plan({ workspace_id }));
  clock.advance(IDLE_MS);
  const refused = tracker.reserve(plan({ workspace_id: "e" }));
  answer();
  assert(isRefusal(await refused));
  const permit = await asked;
  assert(!isRefusal(permit));
  permit.settle(ok(70));
  assertEquals(tracker.status("acme").usage.total_tokens, 70);
});
