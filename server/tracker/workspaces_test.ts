import { bench, ok, plan, reserve, send } from "../../tests/api/fixture.ts";
import { assert, assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { isRefusal } from "../attempts/recorder.ts";
import { openMemoryLedger } from "../ledger/memory/memory.ts";
import { REBUILD_MS } from "./rebuild.ts";
import { IDLE_MS } from "./workspaces.ts";

const MAX = 10;
const DAY = 86_400_000;

/** A tracker that is full: `default` and nine invented workspaces that hold nothing and have no rows. */
function full(options: Parameters<typeof bench>[0] = {}) {
  const of = bench({ ...options, max_workspaces: MAX });
  for (let n = 1; n < MAX; n++) touch(of, `invented-${n}`);
  return of;
}

/** Reserves in a workspace and releases: this makes it, without a row. Returns whether it was admitted. */
function touch({ tracker, clock }: ReturnType<typeof bench>, workspace_id: string): boolean {
  const decision = tracker.reserve(plan({ workspace_id }));
  clock.advance(1);
  if (isRefusal(decision)) {
    assertEquals(decision.refused, "too_many_workspaces");
    return false;
  }
  decision.release(null);
  return true;
}

const ids = ({ tracker }: ReturnType<typeof bench>) => [...tracker.workspaceIds];

Deno.test("FAULT 76: invented workspaces that are idle make room, the one used longest ago first", () => {
  const of = full();
  assertEquals(touch(of, "real"), false);
  of.clock.advance(IDLE_MS / 2);
  touch(of, "invented-1");
  of.clock.advance(IDLE_MS / 2);
  assertEquals(touch(of, "real"), true);
  assertEquals(ids(of).includes("invented-1"), true);
  assertEquals(ids(of).includes("invented-2"), false);
  assertEquals(ids(of).length, MAX);
});

Deno.test("FAULT 76: a million invented workspaces never displace one that is in flight, waits, is watched, limited or keyed", () => {
  const of = bench({ max_workspaces: MAX });
  const { tracker, clock } = of;
  const held = reserve(tracker, { workspace_id: "in-flight" });
  tracker.setLimits({ workspaces: { limited: { requests_per_minute: 5 }, full: { requests_per_minute: 1 } } });
  for (const id of ["limited", "keyed", "watched", "with-rows"]) touch(of, id);
  send(tracker, ok(), { workspace_id: "with-rows" });
  send(tracker, ok(), { workspace_id: "full" });
  void tracker.reserve(plan({ workspace_id: "full" }), { max_wait_ms: DAY });
  tracker.keyed = () => new Set(["keyed"]);
  tracker.onChange(() => {}, (id) => id === "watched");
  for (let n = 0; n < 100_000; n++) {
    touch(of, `invented-${n}`);
    if (n % 100 === 0) clock.advance(IDLE_MS);
  }
  const real = ["default", "in-flight", "limited", "full", "keyed", "watched", "with-rows"];
  assertEquals(real.filter((id) => !ids(of).includes(id)), []);
  assertEquals(ids(of).length, MAX);
  held.settle(ok());
  assertEquals(tracker.status("in-flight").stats.requests_per_day?.current, 1);
  tracker.dismiss();
});

Deno.test("FAULT 76: a workspace with limits, a key, or rows in the ledger is admitted although all others are in use", () => {
  const of = bench({ max_workspaces: MAX });
  const permits = Array.from({ length: MAX - 1 }, (_, n) => reserve(of.tracker, { workspace_id: `busy-${n}` }));
  assertEquals(touch(of, "unknown"), false);
  of.tracker.setLimits({ workspaces: { limited: {} } });
  of.tracker.keyed = () => new Set(["keyed"]);
  assertEquals([touch(of, "limited"), touch(of, "keyed"), touch(of, "unknown")], [true, true, false]);
  const refused = of.tracker.reserve(plan({ workspace_id: "unknown" }));
  assert(isRefusal(refused));
  assertStringIncludes(refused.message, "set limits or make a key for it");
  for (const permit of permits) permit.release(null);
});

Deno.test("FAULT 76: one with rows makes room from the next day on, and returns with the counts that it has then", () => {
  const of = bench({ max_workspaces: MAX });
  for (let n = 1; n < MAX; n++) send(of.tracker, ok(), { workspace_id: `counted-${n}` });
  of.clock.advance(IDLE_MS);
  assertEquals(touch(of, "real"), false);
  of.clock.advance(DAY);
  assertEquals(touch(of, "real"), true);
  const gone = Array.from({ length: MAX - 1 }, (_, n) => `counted-${n + 1}`).filter((id) => !ids(of).includes(id));
  assertEquals(gone, ["counted-1"]);
  const permits = ids(of).map((workspace_id) => reserve(of.tracker, { workspace_id }));
  send(of.tracker, ok(), { workspace_id: "counted-1" });
  assertEquals(of.tracker.status("counted-1").stats.requests_per_day?.current, 1);
  for (const permit of permits) permit.release(null);
});

Deno.test("FAULT 76: a restart keeps the counts of every workspace of today, and admits those of before, beyond the maximum", async () => {
  const ledger = openMemoryLedger();
  const before = bench({ ledger });
  for (let n = 0; n < 3 * MAX; n++) send(before.tracker, ok(), { workspace_id: `old-${n}` });
  before.clock.advance(DAY);
  for (let n = 0; n < MAX; n++) send(before.tracker, ok(), { workspace_id: `zz-today-${n}` });
  await before.tracker.flushed();
  const after = bench({ ledger, clock: before.clock, max_workspaces: MAX });
  await after.tracker.load(await ledger.rebuild(after.clock.now() - REBUILD_MS, after.tracker.day.start_ms));
  for (let n = 0; n < MAX; n++) {
    assertEquals(after.tracker.status(`zz-today-${n}`).stats.requests_per_day?.current, 1);
  }
  assertEquals([touch(after, "old-29"), touch(after, "never-seen")], [true, false]);
});

Deno.test("FAULT 76: a report of a workspace that has made room meanwhile is counted", async () => {
  const of = full();
  const { tracker, clock } = of;
  assertEquals(tracker.admit({ id: "attempt-a", workspace_id: "invented-1" }), null);
  clock.advance(IDLE_MS);
  touch(of, "newcomer");
  assertEquals(ids(of).includes("invented-1"), false);
  const { tokens: _, input_tokens: __, ...known } = plan({ workspace_id: "invented-1" });
  const { error_message: _m, limit_headers: _h, ...result } = ok();
  const row = { ...known, ...result, model: "m", started_at_ms: clock.now() };
  assertEquals(await tracker.report(row, { limit_headers: {}, error_message: null }), true);
  assertEquals(tracker.status("invented-1").stats.requests_per_minute?.current, 1);
});
