import fc from "fast-check";
import { bench, failed, LIMITS, ok, plan, reserve, send } from "../../tests/api/fixture.ts";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { ManualClock } from "../../tests/support/clock.ts";
import { isRefusal, type Permit } from "../attempts/recorder.ts";
import { REBUILD_MS } from "./rebuild.ts";
import type { Tracker } from "./tracker.ts";

const WORKSPACES = ["acme", "beta"];
const MODELS = { default: { models: { "gpt-5.4": { requests_per_day: 500, tokens_per_minute: 9000 }, o5: LIMITS } } };

async function restarted(
  before: ReturnType<typeof bench>,
  options: Parameters<typeof bench>[0] = {},
): Promise<Tracker> {
  await before.tracker.flushed();
  const { clock, ledger } = before;
  const { tracker } = bench({ ...options, clock, ledger });
  tracker.setLimits(MODELS);
  tracker.load(await ledger.rebuild(clock.now() - REBUILD_MS, tracker.day.start_ms));
  return tracker;
}

/** All that must be the same before and after. */
const shown = (tracker: Tracker) =>
  WORKSPACES.map((id) => {
    const { status, cause, stats, models, usage } = tracker.status(id);
    return { status, code: cause?.code ?? null, stats, models, usage };
  });

Deno.test("a restart in mid-minute shows the same numbers, and repeats no notice", async () => {
  const before = bench();
  before.tracker.setLimits(MODELS);
  for (let call = 0; call < 9; call++) {
    before.clock.advance(1500);
    send(before.tracker, ok(20));
  }
  before.clock.advance(20);
  const after = await restarted(before);
  assertEquals(shown(after), shown(before.tracker));
  assertEquals(shown(after)[0].status, "warning");
  before.clock.advance(100);
  after.tick();
  before.clock.advance(100);
  await after.flushed();
  assertEquals((await before.ledger.notices("acme", 9)).length, 1);
  before.clock.advance(61_000);
  assertEquals(after.status("acme").stats.requests_per_minute?.current, 0);
});

const LOST = { outcome: "failed", usage_source: "unknown", error_code: "connection_lost", http_status: null } as const;

Deno.test("FAULT 68: attempts of unknown usage take what they held from the minute and the day, also after a restart", async () => {
  const limits = { ...LIMITS, tokens_per_minute: 20_000, tokens_per_day: 40_000 };
  const before = bench({ limits });
  for (let call = 0; call < 2; call++) send(before.tracker, ok(0, LOST), { tokens: 8000 });
  const after = await restarted(before, { limits });
  for (const tracker of [before.tracker, after]) {
    const { stats, usage } = tracker.status("acme");
    assertEquals([stats.tokens_per_minute?.current, stats.tokens_per_day?.current], [16_000, 16_000]);
    assertEquals([usage.total_tokens, usage.charged_tokens, usage.estimated_calls], [0, 16_000, 2]);
    assert(isRefusal(tracker.reserve(plan({ tokens: 8000 }))));
  }
  before.clock.advance(61_000);
  assertEquals(after.status("acme").stats.tokens_per_minute?.current, 0);
  send(after, ok(0, LOST), { tokens: 8000 });
  assertEquals(after.status("acme").stats.tokens_per_day?.current, 24_000);
});

Deno.test("attempts that used no tokens or were not sent are charged nothing", async () => {
  const { tracker, ledger } = bench();
  send(tracker, failed(500, "server_error"), { tokens: 8000 });
  send(tracker, ok(0, { usage_source: "none" }), { tokens: 8000 });
  reserve(tracker, { tokens: 8000 }).release("ECONNREFUSED");
  await tracker.flushed();
  assertEquals(tracker.status("acme").stats.tokens_per_minute?.current, 0);
  assertEquals((await ledger.attempts("acme", 9)).map(({ charged_tokens }) => charged_tokens), [null, null]);
});

const workspace_id = fc.constantFrom(...WORKSPACES);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("reserve"), workspace_id, amount: fc.nat(900) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("settle"), workspace_id, amount: fc.nat(900) }) },
  fc.record({ do: fc.constant("fail"), workspace_id, amount: fc.constant(0) }),
  fc.record({ do: fc.constant("release"), workspace_id, amount: fc.constant(0) }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait"), workspace_id, amount: fc.nat(40_000) }) },
  fc.record({ do: fc.constantFrom("minute", "day", "all"), workspace_id, amount: fc.constant(0) }),
);

Deno.test("property: after any calls, resets and pauses, a restart shows the same numbers", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      // Shortly before midnight, so that some runs cross it.
      const clock = new ManualClock(Date.UTC(2026, 10, 21, 23, 55, 0));
      const before = bench({ clock, mode: "observe", limits: { ...LIMITS, tokens_per_day: 50_000 } });
      before.tracker.setLimits(MODELS);
      const open: Permit[] = [];
      for (const { do: action, workspace_id, amount } of steps) act(before, open, action, workspace_id, amount);
      for (const permit of open) permit.settle(ok(7));
      const after = await restarted(before, { mode: "observe", limits: { ...LIMITS, tokens_per_day: 50_000 } });
      assertEquals(shown(after), shown(before.tracker));
    }),
    { numRuns: 150 },
  );
});

function act({ tracker, clock }: ReturnType<typeof bench>, open: Permit[], action: string, id: string, amount: number) {
  if (action === "wait") return clock.advance(amount);
  if (action === "minute" || action === "day" || action === "all") return tracker.reset(id, action);
  if (action === "reserve") {
    const model = ["gpt-5.4", "gpt-5.4-2026-03-05", "o5", null][amount % 4];
    const decision = tracker.reserve(plan({ workspace_id: id, tokens: amount, model }));
    if (!isRefusal(decision)) open.push(decision);
    return;
  }
  const permit = open.shift();
  if (action === "release") permit?.release(null);
  else permit?.settle(action === "settle" ? ok(amount) : failed(400, null));
}
