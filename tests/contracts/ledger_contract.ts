/** The tests that every ledger must pass. A store's own test calls {@link ledgerContract} with a function that opens it. */
import fc from "fast-check";
import type { Notice } from "../../shared/api.ts";
import { MAX_USD_NANOS, usdNanos, ZERO_USD } from "../../shared/money/money.ts";
import { TOKEN_FIELDS } from "../../shared/tokens.ts";
import type { HistoricLedger } from "../../server/ledger/history/port.ts";
import {
  type AttemptRow,
  type Ledger,
  LedgerError,
  type ModelUsage,
  type ResetRow,
} from "../../server/ledger/ledger.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";

/** Midnight in UTC. */
const DAY = Date.parse("2026-11-21T00:00:00.000Z");
const NOON = DAY + 12 * 3_600_000;
const QUARTER = 900_000;

/** A ledger under test. */
export interface LedgerUnderTest {
  /** Opens the store: empty at the first call of a test, then with the entries appended so far, if it is durable. */
  open(): Promise<HistoricLedger>;
  /** Whether entries are still there after close and open. */
  durable: boolean;
}

let lastId = 0;

/** An ordinary attempt at noon: 100 input and 20 output tokens, counted. `change` has the values that the test is about. */
export function attempt(change: Partial<AttemptRow> = {}): AttemptRow {
  const id = change.id ?? `attempt-${++lastId}`;
  return {
    id,
    call_id: `call-of-${id}`,
    retry: 0,
    workspace_id: "acme",
    endpoint: "/v1/chat/completions",
    model: "gpt-5.4-mini",
    app: null,
    stream: false,
    started_at_ms: NOON,
    latency_ms: 350,
    first_byte_ms: null,
    outcome: "ok",
    http_status: 200,
    error_code: null,
    service_tier: null,
    usage: { input_tokens: 100, cached_input_tokens: 40, output_tokens: 20, reasoning_tokens: 5, total_tokens: 120 },
    usage_source: "counted",
    charged_tokens: null,
    requested_model: null,
    takes_request: null,
    key_id: null,
    run: null,
    request_id: null,
    usage_parts: null,
    cost_usd_nanos: null,
    unpriced: null,
    charged_usd_nanos: null,
    ...change,
  };
}

function reset(scope: ResetRow["scope"], change: Partial<ResetRow> = {}): ResetRow {
  const id = `reset-${++lastId}`;
  return { id, workspace_id: "acme", scope, at_ms: NOON, ...change };
}

function notice(change: Partial<Notice> = {}): Notice {
  return {
    id: `notice-${++lastId}`,
    workspace_id: "acme",
    level: "warning",
    status: "warning",
    code: "requests_per_minute",
    title: "Nearly full",
    message: "456 of 500 requests in the last 60 s",
    suggested_action: null,
    fix: "wait",
    at: new Date(NOON).toISOString(),
    ...change,
  };
}

function append(ledger: Ledger, ...rows: AttemptRow[]): Promise<boolean[]> {
  return Promise.all(rows.map((row) => ledger.append({ kind: "attempt", row })));
}

/** Registers the suite. `make` is called once for each test. */
/** For comparisons in which the order does not matter. */
function entriesText(fields: object): string {
  return JSON.stringify(Object.entries(fields).sort());
}

export function ledgerContract(name: string, make: () => LedgerUnderTest & AsyncDisposable): void {
  const test = (title: string, body: (ledger: Ledger, store: LedgerUnderTest) => Promise<void>) =>
    Deno.test(`${name}: ${title}`, async () => {
      await using store = make();
      const ledger = await store.open();
      try {
        await body(ledger, store);
      } finally {
        await ledger.close();
      }
    });

  test("an empty ledger returns nothing", async (ledger) => {
    assertEquals(await ledger.rebuild(0, 0), {
      seconds: [],
      day: [],
      since_day_resets: [],
      unfinished: [],
      workspaces: [],
      last_place: 0,
    });
    assertEquals(await ledger.usage("acme", 0, NOON), []);
    assertEquals(await ledger.attempts("acme", 10), []);
    assertEquals(await ledger.notices("acme", 10), []);
  });

  test("an attempt is returned as it was appended", async (ledger) => {
    const rows = [
      attempt({ stream: true, first_byte_ms: 120, app: "bot", service_tier: "flex", model: "ünïcødé 🦕" }),
      attempt({ model: null, http_status: null, outcome: "unknown", usage_source: "unknown", error_code: "timeout" }),
      attempt({ key_id: "abcdefgh", run: "nightly 7", request_id: "req_0", unpriced: "unknown_model" }),
      attempt({
        usage_parts: { input_audio_tokens: 12, audio_seconds: 8.25 },
        cost_usd_nanos: usdNanos(2n ** 53n + 1n),
      }),
      attempt({ cost_usd_nanos: ZERO_USD }),
      attempt({ cost_usd_nanos: MAX_USD_NANOS }),
      attempt({ unpriced: "unknown_usage", charged_usd_nanos: usdNanos(7n) }),
    ];
    assertEquals(await append(ledger, ...rows), rows.map(() => true));
    assertEquals(await ledger.attempts("acme", 10), rows.reverse());
  });

  test("a duplicate is ignored, in the same batch and later", async (ledger) => {
    const row = attempt();
    assertEquals(await append(ledger, row, row, attempt()), [true, false, true]);
    assertEquals(await append(ledger, { ...row, workspace_id: "globex" }), [false]);
    assertEquals((await ledger.usage("acme", DAY, NOON + 1))[0].attempts, 2);
    assertEquals((await ledger.rebuild(0, DAY)).workspaces, ["acme"]);
    assertEquals(await ledger.append({ kind: "notice", row: notice({ id: row.id }) }), true);
  });

  test("write reports each outcome once, in a later turn, and keeps one order with append", async (ledger) => {
    const outcomes: [string, boolean | Error][] = [];
    const write = (row: AttemptRow) =>
      ledger.write({ kind: "attempt", row }, (entry, outcome) => outcomes.push([entry.row.id, outcome]));
    const rows = [attempt(), attempt(), attempt()];
    write(rows[0]);
    assertEquals(outcomes, []);
    const appended = append(ledger, rows[1]);
    write(rows[2]);
    write(rows[0]);
    await appended;
    await ledger.close();
    assertEquals(outcomes, [[rows[0].id, true], [rows[2].id, true], [rows[0].id, false]]);
    write(rows[0]);
    assertEquals(outcomes.length, 3);
    await Promise.resolve();
    const error = outcomes.at(-1)?.[1];
    assertEquals([outcomes.length, error instanceof LedgerError && error.code], [4, "unavailable"]);
  });

  test("attempts come in pages, the last started first; of those of one instant, the last appended first", async (ledger) => {
    const rows = [NOON, NOON + 5, NOON - 3 * QUARTER, NOON + 5, NOON - 86_400_000].map((started_at_ms) =>
      attempt({ started_at_ms })
    );
    await append(ledger, ...rows);
    const newest = [rows[3], rows[1], rows[0], rows[2], rows[4]];
    assertEquals(await ledger.attempts("acme", 10), newest);
    assertEquals(await ledger.attempts("acme", 3), newest.slice(0, 3));
    for (const [place, { id }] of newest.entries()) {
      assertEquals(await ledger.attempts("acme", 2, id), newest.slice(place + 1, place + 3));
    }
    assertEquals(await ledger.attempts("acme", 2, "never-there"), []);
  });

  test("usage counts a call once, and sums known tokens only", async (ledger) => {
    const tokens = attempt().usage;
    await append(
      ledger,
      attempt(),
      attempt({ retry: 1 }),
      attempt({ outcome: "failed", usage_source: "none" }),
      attempt({ outcome: "aborted", usage_source: "estimated" }),
      attempt({ outcome: "unknown", usage_source: "unknown" }),
      attempt({ outcome: "failed", usage_source: "unknown", charged_tokens: 8500 }),
    );
    const expected = { ...zero("acme", "gpt-5.4-mini"), calls: 5, attempts: 6, failed: 2, estimated_calls: 3 };
    expected.requests = 6;
    for (const field of TOKEN_FIELDS) expected[field] = 3 * tokens[field];
    expected.charged_tokens = 8500;
    assertEquals(await ledger.usage("acme", DAY, NOON + 1), [expected]);
    // What an unknown usage is charged counts toward the limits.
    assertEquals((await ledger.rebuild(NOON, DAY)).seconds, [
      {
        workspace_id: "acme",
        requested_model: "gpt-5.4-mini",
        model: "gpt-5.4-mini",
        second: NOON / 1000,
        requests: 6,
        tokens: 360 + 8500,
      },
    ]);
  });

  test("a rebuild has both names of a model, usage the one that answered", async (ledger) => {
    const renamed = { requested_model: "our-name", model: "gpt-5.4" };
    await append(
      ledger,
      attempt({ model: "gpt-5.4" }),
      attempt(renamed),
      attempt({ ...renamed, started_at_ms: NOON + 1 }),
      attempt({ requested_model: "other-name", model: "gpt-5.4" }),
    );
    const { day, seconds } = await ledger.rebuild(NOON, DAY);
    const expected = [["gpt-5.4", "gpt-5.4", 1], ["other-name", "gpt-5.4", 1], ["our-name", "gpt-5.4", 2]];
    assertEquals(day.map((usage) => [usage.requested_model, usage.model, usage.attempts]).sort(), expected);
    assertEquals(seconds.map((count) => [count.requested_model, count.model, count.requests]).sort(), expected);
    assertEquals((await ledger.usage("acme", DAY, NOON + 2)).map(({ model, attempts }) => [model, attempts]), [
      ["gpt-5.4", 4],
    ]);
    await ledger.append({ kind: "reset", row: reset("day") });
    await append(ledger, attempt(renamed));
    assertEquals((await ledger.rebuild(NOON, DAY)).since_day_resets, [
      { workspace_id: "acme", ...renamed, requests: 1, tokens: 120 },
    ]);
  });

  test("the money of a time span is summed up exactly, by app, run and both names of the model", async (ledger) => {
    const paid = { cost_usd_nanos: usdNanos(2n ** 53n + 1n), app: "bot", run: "nightly" };
    await append(
      ledger,
      attempt({ ...paid, started_at_ms: DAY - 1 }),
      attempt({ ...paid, started_at_ms: DAY }),
      attempt({ unpriced: "unknown_usage", charged_usd_nanos: usdNanos(7n), started_at_ms: NOON }),
      attempt({ started_at_ms: NOON }),
      attempt({ ...paid, cost_usd_nanos: MAX_USD_NANOS, workspace_id: "globex" }),
      attempt({ ...paid, cost_usd_nanos: MAX_USD_NANOS, workspace_id: "globex" }),
      attempt({ ...paid, started_at_ms: 0 }),
    );
    const { last_place } = await ledger.rebuild(NOON, DAY);
    await append(ledger, attempt(paid));
    const read = async (from_ms: number) => {
      const { counts, corrections_place } = await ledger.spend(from_ms, NOON + 1, last_place);
      assertEquals(await ledger.corrections(corrections_place, 0), { place: corrections_place, corrections: [] });
      return counts.map((count) => entriesText({ ...count, spent: `${count.spent}` })).sort();
    };
    const names = { requested_model: "gpt-5.4-mini", model: "gpt-5.4-mini" };
    const bot = { ...names, app: "bot", run: "nightly", unpriced: 0 };
    const others = [
      { ...names, app: null, run: null, workspace_id: "acme", spent: "7", unpriced: 2 },
      { ...bot, workspace_id: "globex", spent: `${MAX_USD_NANOS}` },
    ];
    const acme = (spent: bigint) =>
      [{ ...bot, workspace_id: "acme", spent: `${spent}` }, ...others].map(entriesText).sort();
    assertEquals(await read(DAY), acme(2n ** 53n + 1n));
    assertEquals(await read(1), acme(2n ** 54n + 2n));
  });

  test('usage is per model, and null differs from the model ""', async (ledger) => {
    await append(ledger, attempt({ model: null }), attempt({ model: "" }), attempt({ model: "" }), attempt());
    const counts = (await ledger.usage("acme", DAY, NOON + 1)).map(({ model, calls }) => [String(model), calls]);
    assertEquals(counts.sort(), [["", 2], ["gpt-5.4-mini", 1], ["null", 1]]);
  });

  test("a workspace never reads entries of another", async (ledger) => {
    await append(ledger, attempt(), attempt({ workspace_id: "globex" }), attempt({ workspace_id: "globex" }));
    await ledger.append({ kind: "notice", row: notice({ workspace_id: "globex" }) });
    await ledger.append({ kind: "reset", row: reset("minute", { workspace_id: "globex" }) });
    assertEquals((await ledger.usage("acme", DAY, NOON + 1)).map(({ calls }) => calls), [1]);
    assertEquals((await ledger.usage("globex", DAY, NOON + 1)).map(({ calls }) => calls), [2]);
    assertEquals((await ledger.attempts("acme", 10)).length, 1);
    assertEquals(await ledger.notices("acme", 10), []);
    const { seconds, workspaces } = await ledger.rebuild(NOON, DAY);
    assertEquals(seconds.map(({ workspace_id }) => workspace_id), ["acme"]);
    assertEquals(workspaces.sort(), ["acme", "globex"]);
  });

  test("a time span includes whole quarter hours", async (ledger) => {
    const instants = [DAY - 1, DAY, DAY + QUARTER - 1, DAY + QUARTER, DAY + 2 * QUARTER];
    await append(ledger, ...instants.map((started_at_ms) => attempt({ started_at_ms })));
    const calls = async (from: number, to: number) =>
      (await ledger.usage("acme", from, to)).reduce((sum, usage) => sum + usage.calls, 0);
    assertEquals(await calls(DAY, DAY), 0);
    assertEquals(await calls(DAY, DAY + 1), 2);
    assertEquals(await calls(DAY, DAY + QUARTER), 2);
    assertEquals(await calls(DAY, DAY + QUARTER + 1), 3);
    assertEquals(await calls(DAY - QUARTER, DAY), 1);
    assertEquals(await calls(0, Number.MAX_SAFE_INTEGER), 5);
    assertEquals((await ledger.rebuild(DAY + QUARTER, DAY + QUARTER)).day[0].calls, 2);
  });

  test("a rebuild has the seconds since one instant and the day since another", async (ledger) => {
    const instants = [NOON - 1, NOON, NOON + 999, NOON + 1000, DAY - 1];
    await append(ledger, ...instants.map((started_at_ms) => attempt({ started_at_ms })));
    const { seconds, day } = await ledger.rebuild(NOON, DAY);
    assertEquals(seconds.sort((a, b) => a.second - b.second), [
      {
        workspace_id: "acme",
        requested_model: "gpt-5.4-mini",
        model: "gpt-5.4-mini",
        second: NOON / 1000,
        requests: 2,
        tokens: 240,
      },
      {
        workspace_id: "acme",
        requested_model: "gpt-5.4-mini",
        model: "gpt-5.4-mini",
        second: NOON / 1000 + 1,
        requests: 1,
        tokens: 120,
      },
    ]);
    assertEquals(day.map(({ workspace_id, calls, total_tokens }) => [workspace_id, calls, total_tokens]), [
      ["acme", 4, 480],
    ]);
  });

  test('seconds are per model, and null differs from the model "null"', async (ledger) => {
    const models = [null, "", "null", "a b", "a b", null, "gpt-5.4"];
    await append(ledger, ...models.map((model) => attempt({ model })), attempt({ workspace_id: "globex" }));
    const { seconds } = await ledger.rebuild(NOON, DAY);
    const counts = seconds.map(({ workspace_id, model, requests, tokens }) => [
      workspace_id,
      JSON.stringify(model),
      requests,
      tokens,
    ]);
    assertEquals(counts.sort(), [
      ["acme", '""', 1, 120],
      ["acme", '"a b"', 2, 240],
      ["acme", '"gpt-5.4"', 1, 120],
      ["acme", '"null"', 1, 120],
      ["acme", "null", 2, 240],
      ["globex", '"gpt-5.4-mini"', 1, 120],
    ]);
  });

  test("a minute reset clears the attempts appended before it; an attempt in flight still counts", async (ledger) => {
    const inFlight = attempt({ started_at_ms: NOON - 5_000, workspace_id: "acme" });
    const done = [
      append(ledger, attempt(), attempt({ workspace_id: "globex" })),
      ledger.append({ kind: "reset", row: reset("minute") }),
      append(ledger, inFlight),
    ];
    await Promise.all(done);
    const { seconds, day } = await ledger.rebuild(NOON - 61_000, DAY);
    assertEquals(seconds.map(({ workspace_id, second }) => [workspace_id, second]).sort(), [
      ["acme", NOON / 1000 - 5],
      ["globex", NOON / 1000],
    ]);
    assertEquals(day.reduce((sum, usage) => sum + usage.calls, 0), 3);
  });

  test("a rebuild has the counts per model after the latest day reset, and those of the whole day", async (ledger) => {
    await append(ledger, attempt(), attempt({ workspace_id: "globex" }));
    await ledger.append({ kind: "reset", row: reset("day") });
    await append(ledger, attempt({ model: "o5" }));
    // Appended later, with an earlier instant: the clock was set back.
    const latest = reset("day", { at_ms: NOON - 3_600_000 });
    assertEquals(await ledger.append({ kind: "reset", row: latest }), true);
    assertEquals(await ledger.append({ kind: "reset", row: latest }), false);
    await append(
      ledger,
      attempt({ started_at_ms: NOON - 7_200_000, usage_source: "unknown", charged_tokens: 30 }),
      attempt({ started_at_ms: NOON + QUARTER }),
      attempt({ started_at_ms: DAY - 1 }),
      attempt({ model: null, usage_source: "estimated" }),
      attempt({ workspace_id: "globex" }),
    );
    await ledger.append({ kind: "reset", row: reset("minute") });
    const { day, since_day_resets } = await ledger.rebuild(NOON, DAY);
    assertEquals(since_day_resets.toSorted((a, b) => b.requests - a.requests), [
      { workspace_id: "acme", requested_model: "gpt-5.4-mini", model: "gpt-5.4-mini", requests: 2, tokens: 150 },
      { workspace_id: "acme", requested_model: null, model: null, requests: 1, tokens: 120 },
    ]);
    assertEquals(day.reduce((sum, { attempts }) => sum + attempts, 0), 7);
  });

  test("a rebuild names a workspace without attempts since its day reset, and no reset of yesterday", async (ledger) => {
    await append(ledger, attempt(), attempt({ workspace_id: "globex" }), attempt({ workspace_id: "initech" }));
    for (const row of [reset("day"), reset("day", { workspace_id: "globex", at_ms: DAY - 1 })]) {
      await ledger.append({ kind: "reset", row });
    }
    await append(ledger, attempt({ workspace_id: "globex" }));
    const { since_day_resets } = await ledger.rebuild(NOON, DAY);
    assertEquals(since_day_resets, [{
      workspace_id: "acme",
      requested_model: null,
      model: null,
      requests: 0,
      tokens: 0,
    }]);
  });

  test("a rebuild has the unfinished attempts since an instant, a call's first before its retries", async (ledger) => {
    const rows = [
      attempt({ call_id: "call-0001", retry: 2, outcome: "failed" }),
      attempt({ call_id: "call-0001", retry: 0, outcome: "aborted" }),
      attempt({ call_id: "call-0002" }),
      attempt({ call_id: "call-0003", retry: 1 }),
      attempt({ outcome: "failed", started_at_ms: NOON - 1 }),
      attempt({ outcome: "unknown", workspace_id: "globex" }),
    ];
    await append(ledger, ...rows);
    const { unfinished } = await ledger.rebuild(NOON, DAY);
    const expected = [1, 5, 3, 0].map((at) => rows[at]);
    assertEquals(
      unfinished,
      expected.map(({ id, call_id, workspace_id, retry }) => ({ id, call_id, workspace_id, retry })),
    );
  });

  test("pruning deletes attempts before a quarter hour, and keeps sums, workspaces and what a rebuild counts", async (ledger) => {
    const at = [NOON - QUARTER - 1, NOON - QUARTER, NOON - 1, NOON, NOON + 1];
    const rows = at.map((started_at_ms) => attempt({ started_at_ms }));
    const other = attempt({ workspace_id: "beta", started_at_ms: DAY });
    for (const row of [other, ...rows]) await ledger.append({ kind: "attempt", row });
    await ledger.append({ kind: "reset", row: reset("day", { workspace_id: "beta" }) });
    const before = [await ledger.usage("acme", DAY, NOON + QUARTER), await ledger.rebuild(NOON, DAY)];
    let deleted = 0;
    for (let batch = -1; batch !== 0; deleted += batch) batch = await ledger.prune(NOON + QUARTER - 1);
    assertEquals(deleted, 4);
    assertEquals((await ledger.attempts("acme", 10)).map(({ id }) => id), [rows[4].id, rows[3].id]);
    assertEquals(await ledger.attempts("beta", 10), []);
    assertEquals([await ledger.usage("acme", DAY, NOON + QUARTER), await ledger.rebuild(NOON, DAY)], before);
    assertEquals(await ledger.append({ kind: "attempt", row: attempt({ started_at_ms: NOON + 2 }) }), true);
  });

  test("after all attempts are pruned, resets still clear only what was appended before them", async (ledger) => {
    for (const id of ["first", "second"]) {
      await ledger.append({ kind: "attempt", row: attempt({ id, started_at_ms: DAY }) });
    }
    await ledger.append({ kind: "reset", row: reset("minute") });
    for (let batch = -1; batch !== 0;) batch = await ledger.prune(NOON);
    assertEquals(await ledger.attempts("acme", 10), []);
    await ledger.append({ kind: "attempt", row: attempt({ started_at_ms: NOON + 1 }) });
    assertEquals((await ledger.rebuild(NOON, DAY)).seconds.map(({ requests }) => requests), [1]);
    assertEquals((await ledger.attempts("acme", 10)).length, 1);
  });

  test("notices come newest first", async (ledger) => {
    const rows = [
      notice(),
      notice({ level: "recovered", code: null, fix: null }),
      notice({ at: new Date(0).toISOString() }),
    ];
    for (const row of rows) await ledger.append({ kind: "notice", row });
    assertEquals(await ledger.append({ kind: "notice", row: rows[0] }), false);
    assertEquals(await ledger.notices("acme", 10), [...rows].reverse());
    assertEquals(await ledger.notices("acme", 1), [rows[2]]);
  });

  test("absurd token counts stop at the largest safe integer", async (ledger) => {
    const total_tokens = Number.MAX_SAFE_INTEGER;
    const usage = { ...attempt().usage, total_tokens };
    for (let i = 0; i < 3; i++) await append(ledger, attempt({ usage }), attempt({ usage }));
    const { seconds, day } = await ledger.rebuild(NOON, DAY);
    assertEquals([seconds[0].tokens, day[0].total_tokens], [total_tokens, total_tokens]);
  });

  test("sums equal those of a simple loop over random attempts, also after close and open", async (ledger, store) => {
    let current = ledger;
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(randomAttempt(), { minLength: 1, maxLength: 40 }), async (drawn) => {
        // Each round has its own workspaces, so that all rounds can share one store.
        const rows = drawn.map((row) => ({ ...row, workspace_id: `${row.workspace_id}-${round}` }));
        round++;
        await append(current, ...rows);
        if (store.durable && round % 10 === 0) {
          await current.close();
          current = await store.open();
        }
        for (const workspace_id of new Set(rows.map((row) => row.workspace_id))) {
          const own = rows.filter((row) => row.workspace_id === workspace_id);
          const end = DAY + 86_400_000;
          assertEquals(sorted(await current.usage(workspace_id, DAY, end)), sorted(plainSums(own, DAY)));
          const { day, seconds } = await current.rebuild(NOON, DAY);
          const of_day = day.filter((usage) => usage.workspace_id === workspace_id);
          assertEquals(sorted(of_day.map(({ requested_model: _, ...usage }) => usage)), sorted(plainSums(own, DAY)));
          assert(of_day.every(({ requested_model, model }) => requested_model === model));
          const requests = seconds.filter((count) => count.workspace_id === workspace_id);
          assertEquals(
            requests.reduce((sum, count) => sum + count.requests, 0),
            own.filter((row) => row.started_at_ms >= NOON && row.takes_request !== false).length,
          );
        }
      }),
      { numRuns: 40 },
    );
    if (current !== ledger) await current.close();
  });

  test(
    "close commits the waiting entries, may be called twice, and later appends fail",
    async (ledger, store) => {
      const waiting = append(ledger, attempt(), attempt());
      await Promise.all([ledger.close(), ledger.close()]);
      assertEquals(await waiting, [true, true]);
      const error = await assertRejects(() => append(ledger, attempt()), LedgerError, "closed");
      assertEquals(error.code, "unavailable");
      if (!store.durable) return;
      const again = await store.open();
      assertEquals((await again.attempts("acme", 10)).length, 2);
      await again.close();
    },
  );

  test("a rebuild is the same after close and open", async (ledger, store) => {
    if (!store.durable) return;
    await append(ledger, attempt(), attempt({ workspace_id: "globex", model: null }));
    await ledger.append({ kind: "reset", row: reset("minute") });
    await ledger.append({ kind: "reset", row: reset("day") });
    await append(ledger, attempt({ started_at_ms: NOON + 2_000 }));
    const before = await ledger.rebuild(NOON - 61_000, DAY);
    await ledger.close();
    const again = await store.open();
    try {
      assertEquals(await again.rebuild(NOON - 61_000, DAY), before);
    } finally {
      await again.close();
    }
  });
}

function zero(workspace_id: string, model: string | null): ModelUsage {
  const tokens = { input_tokens: 0, cached_input_tokens: 0, output_tokens: 0, reasoning_tokens: 0, total_tokens: 0 };
  return {
    workspace_id,
    model,
    calls: 0,
    attempts: 0,
    failed: 0,
    estimated_calls: 0,
    ...tokens,
    charged_tokens: 0,
    requests: 0,
  };
}

function plainSums(rows: AttemptRow[], from_ms: number): ModelUsage[] {
  const sums: ModelUsage[] = [];
  for (const row of rows.filter(({ started_at_ms }) => started_at_ms >= from_ms)) {
    let sum = sums.find(({ model }) => model === row.model);
    if (!sum) sums.push(sum = zero(row.workspace_id, row.model));
    sum.calls += row.retry === 0 ? 1 : 0;
    sum.attempts++;
    sum.requests += row.takes_request === false ? 0 : 1;
    sum.failed += row.outcome === "failed" ? 1 : 0;
    sum.estimated_calls += ["estimated", "unknown"].includes(row.usage_source) ? 1 : 0;
    if (!["counted", "estimated"].includes(row.usage_source)) sum.charged_tokens += row.charged_tokens ?? 0;
    else for (const field of TOKEN_FIELDS) sum[field] += row.usage[field];
  }
  return sums;
}

function sorted(usages: ModelUsage[]): ModelUsage[] {
  return usages.toSorted((a, b) => String(a.model).localeCompare(String(b.model)));
}

function randomAttempt(): fc.Arbitrary<AttemptRow> {
  const tokens = fc.nat({ max: 1_000_000 });
  return fc.record({
    retry: fc.nat({ max: 2 }),
    workspace_id: fc.constantFrom("acme", "globex"),
    model: fc.constantFrom(null, "gpt-5.4", "gpt-5.4-mini"),
    stream: fc.boolean(),
    started_at_ms: fc.integer({ min: DAY - QUARTER, max: DAY + 86_399_999 }),
    outcome: fc.constantFrom("ok", "failed", "aborted", "unknown"),
    usage_source: fc.constantFrom("counted", "estimated", "none", "unknown"),
    usage: fc.record({
      input_tokens: tokens,
      cached_input_tokens: tokens,
      output_tokens: tokens,
      reasoning_tokens: tokens,
      total_tokens: tokens,
    }),
    charged_tokens: fc.option(tokens),
    takes_request: fc.option(fc.boolean()),
  }).map((change) => attempt(change));
}
