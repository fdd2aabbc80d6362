import { bench, failed, LIMITS, ok, plan, reserve, send } from "../../tests/api/fixture.ts";
import { assert, assertEquals, assertMatch } from "../../tests/support/assert.ts";
import { isRefusal, type Refusal } from "../attempts/recorder.ts";
import { MAX_WORKSPACES } from "./workspaces.ts";
import type { Tracker } from "./tracker.ts";

const meters = (tracker: Tracker, id = "acme") => {
  const { requests_per_minute: minute, requests_per_day: day, tokens_per_minute: tokens } = tracker.status(id).stats;
  return [minute, day, tokens].map((meter) => [meter!.current, meter!.reserved]);
};
const refused = (decision: object): Refusal => {
  assert(isRefusal(decision as Refusal), "it was let through");
  return decision as Refusal;
};

Deno.test("an attempt is reserved, then used with what it took", () => {
  const { tracker } = bench();
  const permit = reserve(tracker, { tokens: 500 });
  assertEquals(meters(tracker), [[0, 1], [0, 1], [0, 500]]);
  assertEquals(tracker.inFlight, 1);
  permit.settle(ok(70));
  assertEquals(meters(tracker), [[1, 0], [1, 0], [70, 0]]);
  assertEquals(tracker.inFlight, 0);
});

Deno.test("a response that the provider starts counts even over the limit, and other calls are refused", async () => {
  const { tracker, ledger } = bench({ limits: { ...LIMITS, requests_per_minute: 1 } });
  send(tracker);
  const permit = reserve(tracker, { id: "begun", begun: true, tokens: 500 });
  assertEquals(meters(tracker)[0], [1, 1]);
  permit.settle(ok(70));
  assertEquals(refused(tracker.reserve(plan())).refused, "workspace_rate_limited");
  await tracker.flushed();
  assertEquals((await ledger.attempts("acme", 9)).length, 2);
});

Deno.test("an attempt that was never sent counts for nothing", async () => {
  const { tracker, ledger } = bench();
  reserve(tracker).release("refused by the firewall");
  assertEquals(meters(tracker), [[0, 0], [0, 0], [0, 0]]);
  await tracker.flushed();
  assertEquals(await ledger.attempts("acme", 9), []);
});

Deno.test("an attempt ends once, however it is ended again", async () => {
  const { tracker, ledger } = bench();
  const permit = reserve(tracker);
  permit.settle(ok(70));
  permit.settle(ok(70));
  permit.release("too late");
  await tracker.flushed();
  assertEquals(meters(tracker), [[1, 0], [1, 0], [70, 0]]);
  assertEquals((await ledger.attempts("acme", 9)).length, 1);
});

Deno.test("two workspaces neither see nor change each other's numbers", () => {
  const { tracker } = bench();
  for (let call = 0; call < 10; call++) send(tracker, ok(5));
  refused(tracker.reserve(plan()));
  const before = tracker.status("beta");
  send(tracker, ok(7), { workspace_id: "beta" });
  assertEquals(meters(tracker, "beta"), [[1, 0], [1, 0], [7, 0]]);
  assertEquals(meters(tracker, "acme"), [[10, 0], [10, 0], [50, 0]]);
  assertEquals([before.status, before.usage.calls], ["normal", 0]);
});

Deno.test("a refusal names the workspace, the number and the time until it opens; nothing is sent", () => {
  const { tracker, clock } = bench();
  send(tracker);
  clock.advance(10_000);
  for (let call = 0; call < 9; call++) send(tracker);
  const { refused: code, message, retry_after_ms } = refused(tracker.reserve(plan()));
  assertEquals([code, retry_after_ms], ["workspace_rate_limited", 51_000]);
  assertMatch(
    message,
    /^Cannot reserve 1 request for workspace "acme": 10 of 10 requests are taken in the last 60 s\./,
  );
  clock.advance(51_000);
  reserve(tracker);
});

Deno.test("a refusal for tokens waits for as many as the attempt wants", () => {
  const { tracker, clock } = bench();
  send(tracker, ok(4000));
  clock.advance(20_000);
  send(tracker, ok(5000));
  assertEquals(refused(tracker.reserve(plan({ tokens: 1500 }))).retry_after_ms, 41_000);
  assertEquals(refused(tracker.reserve(plan({ tokens: 9000, input_tokens: 9000 }))).retry_after_ms, 61_000);
});

Deno.test("a full day refuses as quota, until midnight", () => {
  const { tracker, clock } = bench({ limits: { ...LIMITS, requests_per_minute: null, requests_per_day: 2 } });
  send(tracker);
  send(tracker);
  const { refused: code, retry_after_ms } = refused(tracker.reserve(plan()));
  assertEquals([code, retry_after_ms], ["workspace_quota_exceeded", 14 * 3_600_000]);
  clock.advance(14 * 3_600_000);
  reserve(tracker);
});

Deno.test("a refusal's headers name the window with less left, and of equals the day", () => {
  const { tracker } = bench({ limits: { ...LIMITS, requests_per_minute: 2, requests_per_day: 2 } });
  send(tracker);
  send(tracker);
  const { limits } = refused(tracker.reserve(plan()));
  assertEquals(limits?.requests, { limit: 2, remaining: 0, reset_ms: 14 * 3_600_000 });
  tracker.setLimits({ default: { requests_per_day: 3 } });
  assertEquals(refused(tracker.reserve(plan())).limits?.requests?.reset_ms, 61_000);
});

Deno.test("observe mode counts and refuses nothing", () => {
  const { tracker } = bench({ mode: "observe" });
  for (let call = 0; call < 15; call++) send(tracker);
  assertEquals(meters(tracker), [[15, 0], [15, 0], [1500, 0]]);
  const { status, stats } = tracker.status("acme");
  assertEquals([status, stats.requests_per_minute?.remaining], ["rate_limited", 0]);
});

Deno.test("each workspace has its own seq, which grows with each change", () => {
  const { tracker } = bench();
  const seen = [tracker.status("acme").seq];
  const permit = reserve(tracker);
  seen.push(tracker.status("acme").seq);
  permit.settle(ok());
  seen.push(tracker.status("acme").seq);
  assert(seen[0] < seen[1] && seen[1] < seen[2], seen.join());
  assertEquals(tracker.status("beta").seq, 0);
});

Deno.test("reading an unknown workspace does not create it", () => {
  const { tracker } = bench();
  tracker.status("looked-at");
  let told = 0;
  tracker.onChange(() => told++);
  tracker.reset("looked-at", "all");
  assertEquals(told, 0);
});

Deno.test("FAULT 51: of a million invented workspaces those beyond the maximum are refused and use no memory", () => {
  const { tracker } = bench();
  let made = 1, last: Refusal | null = null;
  for (let invented = 0; invented < 1_000_000; invented++) {
    const decision = tracker.reserve(plan({ id: `i${invented}`, workspace_id: `w${invented}` }));
    if (isRefusal(decision)) last = decision;
    else made++, decision.release("");
  }
  assertEquals([made, last?.refused, last?.retry_after_ms], [MAX_WORKSPACES, "too_many_workspaces", null]);
  assertEquals(tracker.admit({ id: "attempt-1", workspace_id: "one-more" })?.refused, "too_many_workspaces");
  assertEquals(tracker.admit({ id: "attempt-2", workspace_id: "default" }), null);
  send(tracker, ok(), { workspace_id: "w0" });
});

Deno.test("a listener is notified of the first change immediately, and of many changes once", () => {
  const { tracker, clock } = bench();
  const told: string[] = [];
  const stop = tracker.onChange((id) => told.push(id));
  for (let call = 0; call < 5; call++) send(tracker, ok(1));
  send(tracker, ok(1), { workspace_id: "beta" });
  clock.advance(0);
  assertEquals(told, ["acme", "beta"]);
  send(tracker, ok(1));
  clock.advance(15);
  assertEquals(told.length, 2);
  clock.advance(1);
  assertEquals(told, ["acme", "beta", "acme"]);
  stop();
  send(tracker, ok(1));
  clock.advance(100);
  assertEquals(told.length, 3);
});

Deno.test("listeners are notified of a change by time alone once, and never without a change", () => {
  const { tracker, clock } = bench();
  const told: number[] = [];
  tracker.onChange(() => told.push(clock.now()));
  clock.every(1000, () => tracker.tick());
  const began = clock.now();
  send(tracker);
  clock.advance(4000);
  assertEquals(told, [began]);
  clock.advance(86_000);
  assertEquals(told.map((at) => at - began), [0, 61_000]);
});

Deno.test("a call at midnight belongs to the new day", () => {
  const { tracker, clock } = bench();
  send(tracker);
  clock.advance(tracker.day.end_ms - clock.now());
  send(tracker, ok(30));
  assertEquals(meters(tracker)[1], [1, 0]);
  assertEquals([tracker.status("acme").usage.attempts, tracker.status("acme").usage.total_tokens], [1, 30]);
});

Deno.test("a closed tracker notifies no listener", async () => {
  const { tracker, clock } = bench();
  let told = 0;
  tracker.onChange(() => told++);
  send(tracker);
  await tracker.close();
  clock.advance(100);
  send(tracker);
  clock.advance(100);
  assertEquals(told, 0);
});

Deno.test("listeners are notified of a new day once for each workspace", () => {
  const { tracker, clock } = bench();
  send(tracker);
  send(tracker, ok(), { workspace_id: "beta" });
  clock.every(1000, () => tracker.tick());
  clock.advance(13 * 3_600_000);
  const told: string[] = [];
  tracker.onChange((id) => told.push(id));
  clock.advance(2 * 3_600_000);
  assertEquals(told.toSorted(), ["acme", "beta", "default"]);
  assertEquals(meters(tracker)[1], [0, 0]);
  assertEquals(tracker.status("acme").usage.attempts, 0);
});

Deno.test("totals equal the ledger's own, for every kind of end", async () => {
  const { tracker, ledger } = bench({ mode: "observe" });
  send(tracker, ok(10));
  send(tracker, ok(30, { usage_source: "unknown", outcome: "unknown" }), { call_id: "tried twice" });
  send(tracker, ok(20, { usage_source: "estimated" }), { call_id: "tried twice", retry: 1 });
  send(tracker, failed(500, null), { model: "other" });
  send(tracker, ok(40, { outcome: "aborted", usage_source: "estimated" }));
  await tracker.flushed();
  const { since: _, ...totals } = tracker.status("acme").usage;
  const kept = await ledger.usage("acme", tracker.day.start_ms, tracker.day.end_ms);
  for (const field of Object.keys(totals) as (keyof typeof totals)[]) {
    assertEquals(totals[field], kept.reduce((sum, usage) => sum + usage[field], 0), field);
  }
  assertEquals([totals.calls, totals.attempts, totals.failed, totals.estimated_calls], [4, 5, 1, 3]);
  assertEquals(totals.total_tokens, 70);
});
