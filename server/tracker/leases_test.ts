import { bench, ok, plan } from "../../tests/api/fixture.ts";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { LEASE_MS } from "./admission.ts";
import type { Tracker } from "./tracker.ts";

const meters = (tracker: Tracker, id = "acme") => {
  const { requests_per_minute: minute, requests_per_day: day, tokens_per_minute: tokens } = tracker.status(id).stats;
  return [minute, day, tokens].map((meter) => [meter!.current, meter!.reserved]);
};
const NOTHING = { limit_headers: {}, error_message: null };
const row = (of: ReturnType<typeof plan>, started_at_ms: number, total_tokens = 70) => {
  const { tokens: _, input_tokens: __, ...known } = of;
  const { error_message: _m, limit_headers: _h, ...result } = ok(total_tokens, { model: "gpt-5.4" });
  return { ...known, ...result, started_at_ms };
};

Deno.test("a plan that is sent again, because its answer was lost, is still one attempt", () => {
  const { tracker } = bench();
  const again = plan();
  tracker.lease(again);
  tracker.lease(again);
  assertEquals(meters(tracker), [[0, 1], [0, 1], [0, 100]]);
  assertEquals(tracker.release(again.id), true);
  assertEquals(tracker.release(again.id), false);
  assertEquals(meters(tracker), [[0, 0], [0, 0], [0, 0]]);
});

Deno.test("a lease that runs out counts as sent, with unknown usage, and is charged what it held", async () => {
  const { tracker, clock, ledger, log } = bench();
  tracker.lease(plan());
  clock.advance(LEASE_MS - 1);
  tracker.tick();
  assertEquals(tracker.inFlight, 1);
  clock.advance(1);
  tracker.tick();
  await tracker.flushed();
  assertEquals(tracker.inFlight, 0);
  assertEquals(meters(tracker), [[0, 0], [1, 0], [0, 0]]);
  const [row] = await ledger.attempts("acme", 9);
  assertEquals([row.outcome, row.usage_source, row.started_at_ms], ["unknown", "unknown", clock.now() - LEASE_MS]);
  assertEquals([row.latency_ms, row.charged_tokens, row.usage.total_tokens], [LEASE_MS, 100, 0]);
  assertEquals(tracker.status("acme").usage.estimated_calls, 1);
  assertEquals(log, ["lease_expired"]);
});

Deno.test("a lease that runs out after its report counts nothing twice", async () => {
  const { tracker, clock } = bench();
  const late = plan();
  await tracker.report(row(late, clock.now()), NOTHING);
  tracker.lease(late);
  clock.advance(LEASE_MS);
  tracker.tick();
  await tracker.flushed();
  assertEquals(meters(tracker), [[0, 0], [1, 0], [0, 0]]);
  assertEquals([tracker.inFlight, tracker.status("acme").usage.attempts], [0, 1]);
});

Deno.test("a report settles what was reserved for it, and counts once", async () => {
  const { tracker, clock } = bench();
  const reserved = plan();
  tracker.lease(reserved);
  assertEquals(await tracker.report(row(reserved, clock.now()), NOTHING), true);
  assertEquals(await tracker.report(row(reserved, clock.now()), NOTHING), false);
  assertEquals(meters(tracker), [[1, 0], [1, 0], [70, 0]]);
});

Deno.test("a report counts in the second of its reservation here, whatever the client's clock", async () => {
  const { tracker, clock, ledger } = bench();
  const reserved = plan(), unreserved = plan();
  const at = clock.now();
  tracker.lease(reserved);
  clock.advance(5000);
  await tracker.report(row(reserved, at - 300_000), NOTHING);
  await tracker.report(row(unreserved, at + 86_400_000), NOTHING);
  assertEquals(meters(tracker), [[2, 0], [2, 0], [140, 0]]);
  const started = (await ledger.attempts("acme", 9)).map((kept) => kept.started_at_ms);
  assertEquals(started, [at + 5000, at]);
});

Deno.test("an attempt that is reserved in one workspace cannot be reserved or reported in another", () => {
  const { tracker } = bench();
  const reserved = plan();
  tracker.lease(reserved);
  const elsewhere = { ...reserved, workspace_id: "beta" };
  const decision = tracker.lease(elsewhere);
  assert("refused" in decision);
  assertEquals([decision.refused, tracker.admit(elsewhere)?.refused], ["reserved_elsewhere", "reserved_elsewhere"]);
  assert(!decision.message.includes("acme"), decision.message);
  assertEquals([tracker.admit(reserved), tracker.release(reserved.id)], [null, true]);
  assertEquals(tracker.admit(elsewhere), null);
});

Deno.test("a report for another workspace, of which the lease was not known, leaves the lease", async () => {
  const { tracker, clock } = bench();
  const reserved = plan();
  tracker.lease(reserved);
  await tracker.report(row({ ...reserved, workspace_id: "beta" }, clock.now()), NOTHING);
  assertEquals(meters(tracker, "acme"), [[0, 1], [0, 1], [0, 100]]);
  assertEquals(meters(tracker, "beta"), [[1, 0], [1, 0], [70, 0]]);
});

Deno.test("a report of unknown usage is charged its lease; without a lease, what its client had reserved", async () => {
  const { tracker, clock, ledger } = bench();
  const unknown = { usage_source: "unknown", charged_tokens: 900 } as const;
  const leased = plan();
  tracker.lease(leased);
  await tracker.report({ ...row(leased, clock.now(), 0), ...unknown }, NOTHING);
  assertEquals(meters(tracker)[2], [100, 0]);
  await tracker.report({ ...row(plan(), clock.now(), 0), ...unknown }, NOTHING);
  assertEquals(meters(tracker)[2], [1000, 0]);
  // A client without the field, and a known usage that comes with a charge.
  await tracker.report({ ...row(plan(), clock.now(), 0), usage_source: "unknown" }, NOTHING);
  await tracker.report({ ...row(plan(), clock.now()), charged_tokens: 900 }, NOTHING);
  assertEquals(meters(tracker)[2], [1070, 0]);
  const charged = (await ledger.attempts("acme", 9)).map(({ charged_tokens }) => charged_tokens);
  assertEquals(charged.sort(), [100, 900, null, null]);
});
