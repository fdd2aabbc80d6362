import fc from "fast-check";
import { bench, failed, LIMITS, ok, plan, send } from "../../tests/api/fixture.ts";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { ManualClock } from "../../tests/support/clock.ts";
import { isRefusal } from "../attempts/recorder.ts";
import { REBUILD_MS } from "./rebuild.ts";
import { SentCalls } from "./sent_calls.ts";
import type { Tracker } from "./tracker.ts";

type Bench = ReturnType<typeof bench>;

const attempt = (id: string, retry: number, outcome: "ok" | "failed" = "failed", workspace_id = "acme") => ({
  id,
  retry,
  outcome,
  workspace_id,
  call_id: "call",
});

const CASES: [name: string, attempts: ReturnType<typeof attempt>[], places: number[]][] = [
  ["all were sent", [attempt("a", 0), attempt("b", 1), attempt("c", 2, "ok")], [0, 1, 2]],
  ["the first was not sent", [attempt("b", 1), attempt("c", 2, "ok")], [0, 2]],
  ["the second was not sent", [attempt("a", 0), attempt("c", 2, "ok")], [0, 2]],
  ["only the last was sent", [attempt("c", 2, "ok")], [0]],
  ["one is reported again", [attempt("b", 1), attempt("b", 1), attempt("c", 2), attempt("b", 1)], [0, 0, 2, 0]],
  ["the second is reported first", [attempt("b", 1, "ok"), attempt("a", 0)], [0, 1]],
  ["two workspaces use the same id", [attempt("a", 0), attempt("b", 1, "ok", "beta")], [0, 0]],
];
for (const [name, attempts, places] of CASES) {
  Deno.test(`a call's first attempt that was sent counts it: ${name}`, () => {
    const calls = new SentCalls();
    assertEquals(attempts.map((each) => calls.place(each)), places);
  });
}

async function restarted({ clock, ledger, tracker }: Bench): Promise<Tracker> {
  await tracker.flushed();
  const after = bench({ clock, ledger }).tracker;
  after.load(await ledger.rebuild(clock.now() - REBUILD_MS, after.day.start_ms));
  return after;
}

const calls = (tracker: Tracker) => tracker.status("acme").usage.calls;

Deno.test("a call that was refused first, or could not be sent, counts when it is sent", async () => {
  const before = bench({ limits: { ...LIMITS, requests_per_minute: 1 } });
  const { tracker, clock } = before;
  send(tracker, ok(), { call_id: "another call" });
  assert(isRefusal(tracker.reserve(plan({ call_id: "the call" }))));
  clock.advance(62_000);
  const unsent = tracker.reserve(plan({ call_id: "the call", retry: 1 }));
  if (!isRefusal(unsent)) unsent.release("no route");
  assertEquals(calls(tracker), 1);
  send(tracker, failed(500, null), { call_id: "the call", retry: 2 });
  assertEquals(calls(tracker), 2);
  clock.advance(62_000);
  send(tracker, ok(), { call_id: "the call", retry: 3 });
  assertEquals([calls(tracker), tracker.status("acme").usage.attempts], [2, 3]);
  await tracker.flushed();
  const rows = await before.ledger.attempts("acme", 9);
  assertEquals(rows.map(({ retry }) => retry), [3, 0, 0]);
});

Deno.test("a call that goes on after a restart, or after midnight, is not counted again", async () => {
  const before = bench({ clock: new ManualClock(Date.UTC(2026, 10, 21, 23, 59, 30)) });
  send(before.tracker, failed(500, null), { call_id: "the call", retry: 1 });
  const after = await restarted(before);
  send(after, failed(500, null), { call_id: "the call", retry: 2 });
  assertEquals(calls(after), 1);
  before.clock.advance(31_000);
  send(after, ok(), { call_id: "the call", retry: 3 });
  assertEquals([calls(after), after.status("acme").usage.attempts], [0, 1]);
});

Deno.test("a report that comes again after the ledger failed counts its call", async () => {
  const of = bench();
  const { tokens: _t, input_tokens: _i, ...known } = plan({ call_id: "the call" });
  const { error_message: _m, limit_headers: _h, ...result } = failed(500, null);
  const row = { ...known, ...result, started_at_ms: of.clock.now() };
  const append = of.ledger.append;
  of.ledger.append = () => Promise.reject(new Error("full"));
  await of.tracker.report(row, { limit_headers: {}, error_message: null }).catch(() => {});
  of.ledger.append = append;
  of.tracker.tick();
  for (const id of [row.id, row.id, "attempt-of-it-2"]) {
    await of.tracker.report({ ...row, id, retry: id === row.id ? 0 : 1 }, { limit_headers: {}, error_message: null });
  }
  assertEquals([calls(of.tracker), of.tracker.status("acme").usage.attempts], [1, 2]);
});

Deno.test("property: calls are those of which at least one attempt was sent, live, in the ledger and after a restart", async () => {
  const fate = fc.constantFrom("ok", "failed", "aborted", "unsent", "refused");
  const step = fc.record({ call: fc.nat(6), fate, wait_ms: fc.nat(1500) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.nat(40), async (steps, restart_at) => {
      const of = bench({ mode: "observe" });
      let tracker = of.tracker;
      const tried = new Map<string, number>();
      const sent = new Set<string>();
      const ended = new Set<number>();
      for (const [at, { call, fate, wait_ms }] of steps.entries()) {
        if (at === restart_at) tracker = await restarted({ ...of, tracker });
        of.clock.advance(wait_ms);
        if (ended.has(call)) continue;
        const call_id = `call-${call}`;
        const retry = tried.get(call_id) ?? 0;
        tried.set(call_id, retry + 1);
        if (fate === "refused") continue;
        const permit = tracker.reserve(plan({ call_id, retry }));
        assert(!isRefusal(permit));
        if (fate === "unsent") permit.release(null);
        else {
          sent.add(call_id);
          permit.settle(ok(1, { outcome: fate }));
        }
        if (fate === "ok") ended.add(call);
      }
      await tracker.flushed();
      const stored = await of.ledger.usage("acme", tracker.day.start_ms, tracker.day.end_ms);
      const inLedger = stored.reduce((sum, { calls }) => sum + calls, 0);
      const after = await restarted({ ...of, tracker });
      assertEquals([calls(tracker), inLedger, calls(after)], [sent.size, sent.size, sent.size]);
    }),
    { numRuns: 200 },
  );
});
