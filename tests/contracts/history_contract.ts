/** The tests of history that every ledger must pass: its sums are those of the attempts, added up here in another way. */
import fc from "fast-check";
import type { HistoricLedger } from "../../server/ledger/history/port.ts";
import type { HistoryAnswer, HistoryQuery } from "../../server/ledger/history/query.ts";
import { type AttemptSearch, type FoundPage, SEARCHED_FIELDS } from "../../server/ledger/history/search.ts";
import type { AttemptUse } from "../../server/core/replay/attempt_use.ts";
import type { AttemptRow, RefusalRow } from "../../server/ledger/ledger.ts";
import { HISTORY_DIMENSIONS, type HistoryDimension } from "../../shared/history/history_names.ts";
import type { HistorySums } from "../../shared/history/history.ts";
import { usdNanos } from "../../shared/money/money.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { attempt, type LedgerUnderTest } from "./ledger_contract.ts";

const NOON = Date.parse("2026-11-21T12:00:00.000Z");
const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;

/** A value of each dimension of an attempt. */
const VALUES: Record<HistoryDimension, (row: AttemptRow) => string | null> = {
  workspace: (row) => row.workspace_id,
  model: (row) => row.model,
  app: (row) => row.app,
  key: (row) => row.key_id ?? null,
  endpoint: (row) => row.endpoint,
  tier: (row) => row.service_tier,
  outcome: (row) => row.outcome,
};

let lastId = 0;

const rows: fc.Arbitrary<AttemptRow> = fc.record({
  workspace_id: fc.constantFrom("acme", "beta", "gamma"),
  model: fc.constantFrom("gpt-5.4", "gpt-5.4-mini", null),
  app: fc.constantFrom("nightly", "<b>bold</b>", "", null),
  key_id: fc.constantFrom("k1", null),
  endpoint: fc.constantFrom("chat/completions", "embeddings"),
  service_tier: fc.constantFrom("flex", null),
  outcome: fc.constantFrom("ok" as const, "failed" as const, "aborted" as const, "unknown" as const),
  error_code: fc.constantFrom("insufficient_quota", "timeout", "rate_limit_exceeded", null),
  http_status: fc.constantFrom(200, 404, 429, 503, null),
  started_at_ms: fc.integer({ min: NOON - 8 * QUARTER, max: NOON + 8 * QUARTER }),
  retry: fc.constantFrom(0, 0, 1),
  latency_ms: fc.integer({ min: 0, max: 100_000 }),
  first_byte_ms: fc.option(fc.integer({ min: 0, max: 5_000 })),
  usage_source: fc.constantFrom("counted" as const, "estimated" as const, "unknown" as const, "none" as const),
  charged_tokens: fc.option(fc.nat(1_000)),
  cost_usd_nanos: fc.option(fc.bigInt({ min: 0n, max: 10n ** 12n }).map(usdNanos)),
  run: fc.constantFrom("eval", "nightly", null),
  request_id: fc.constantFrom("req_1", "req_2", null),
}).map((change) => attempt({ id: `history-${++lastId}`, ...change }));

/** Adds up one number over attempts. */
function total(rows: readonly AttemptRow[], of: (row: AttemptRow) => number): number {
  return rows.reduce((sum, row) => sum + of(row), 0);
}

/** The sums that some attempts must have, added up number by number. */
function assertSums(sums: HistorySums | null, rows: readonly AttemptRow[]): void {
  if (rows.length === 0 && sums === null) return;
  const known = rows.filter(({ usage_source }) => usage_source === "counted" || usage_source === "estimated");
  const { latency_ms, first_byte_ms, failures, ...counts } = sums!;
  const nanos = rows.reduce((sum, { cost_usd_nanos }) => sum + (cost_usd_nanos ?? 0n), 0n);
  assertEquals(counts, {
    calls: rows.filter(({ retry }) => retry === 0).length,
    attempts: rows.length,
    failed: rows.filter(({ outcome }) => outcome === "failed").length,
    aborted: rows.filter(({ outcome }) => outcome === "aborted").length,
    refused: 0,
    estimated_calls: rows.filter(({ usage_source }) => usage_source === "estimated").length,
    unknown_calls: rows.filter(({ usage_source }) => usage_source === "unknown").length,
    unpriced_calls: rows.filter(({ cost_usd_nanos }) => cost_usd_nanos === null).length,
    input_tokens: total(known, ({ usage }) => usage.input_tokens),
    cached_input_tokens: total(known, ({ usage }) => usage.cached_input_tokens),
    output_tokens: total(known, ({ usage }) => usage.output_tokens),
    reasoning_tokens: total(known, ({ usage }) => usage.reasoning_tokens),
    total_tokens: total(known, ({ usage }) => usage.total_tokens),
    charged_tokens: total(rows.filter((row) => !known.includes(row)), ({ charged_tokens }) => charged_tokens ?? 0),
    cost_usd: `${nanos / 10n ** 9n}.${(nanos % 10n ** 9n).toString().padStart(9, "0")}`,
  });
  assertEquals(total([], () => 0) + Object.values(failures).reduce((sum, count) => sum + count, 0), counts.failed);
  assertPercentile(latency_ms?.p95, rows.map((row) => row.latency_ms), 0.95);
  assertPercentile(first_byte_ms?.p50, rows.map((row) => row.first_byte_ms).filter((ms) => ms !== null), 0.5);
}

function assertPercentile(found: number | undefined, times: number[], share: number): void {
  if (times.length === 0) return assertEquals(found, undefined);
  const exact = times.sort((a, b) => a - b)[Math.ceil(share * times.length) - 1];
  assert(Math.abs(found! - exact) <= exact * 0.05, `${found} for ${exact}`);
}

/** Steps of a quarter hour over the whole span. */
function quarters(change: Partial<HistoryQuery> = {}): HistoryQuery {
  const starts_ms = Array.from({ length: 17 }, (_, step) => NOON + (step - 8) * QUARTER);
  const query: HistoryQuery = {
    workspaces: null,
    filters: {},
    starts_ms,
    end_ms: NOON + 9 * QUARTER,
    unit: "quarter",
    by: null,
    top: 50,
  };
  return { ...query, ...change };
}

function assertAnswer(answer: HistoryAnswer, { starts_ms, end_ms, by, top }: HistoryQuery, rows: AttemptRow[]): void {
  const inside = rows.filter(({ started_at_ms: at }) => at >= starts_ms[0] && at < end_ms);
  assertSums(answer.totals, inside);
  starts_ms.forEach((start, step) => {
    const end = starts_ms[step + 1] ?? end_ms;
    assertSums(answer.points[step], inside.filter(({ started_at_ms: at }) => at >= start && at < end));
  });
  if (by === null) return assertEquals(answer.groups, []);
  const shown = answer.groups.filter(({ other }) => !other).map(({ group }) => group);
  assert(shown.length <= top);
  for (const { group, other, totals } of answer.groups) {
    assertSums(
      totals,
      inside.filter((row) => other ? !shown.includes(VALUES[by](row)) : VALUES[by](row) === group),
    );
  }
}

type Asked = Pick<AttemptSearch, "filters" | "is" | "from_ms" | "to_ms">;

const optional = <Value>(...values: Value[]) => fc.option(fc.constantFrom(...values), { nil: undefined, freq: 1 });

const searches: fc.Arbitrary<Asked> = fc.record({
  model: optional([null], ["gpt-5.4"]),
  key: optional(["k1"], ["none"]),
  tier: optional([null, "flex"]),
  outcome: optional(["failed", "ok"], ["aborted"]),
  error_code: optional("timeout", "insufficient_quota", "none"),
  run: optional("eval", "nightly"),
  request_id: optional("req_1", "none"),
  hours: fc.constantFrom(1, 4, 100),
}).map(({ error_code, run, request_id, hours, ...filters }) => ({
  filters: given(filters),
  is: given({ error_code, run, request_id }),
  from_ms: NOON - hours * 4 * QUARTER + 1,
  to_ms: NOON + hours * 4 * QUARTER,
}));

function given<T extends object>(values: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  return JSON.parse(JSON.stringify(values));
}

function isFoundBy({ filters, is, from_ms, to_ms }: Asked): (row: AttemptRow) => boolean {
  return (row) =>
    row.started_at_ms >= from_ms && row.started_at_ms < to_ms &&
    HISTORY_DIMENSIONS.every((name) => filters[name]?.includes(VALUES[name](row)) ?? true) &&
    SEARCHED_FIELDS.every((name) => is[name] === undefined || row[name] === is[name]);
}

async function allPages(ledger: HistoricLedger, search: AttemptSearch): Promise<AttemptRow[]> {
  const found: AttemptRow[] = [];
  let before: AttemptSearch["before"] = undefined;
  while (true) {
    const { attempts, resume }: FoundPage = await ledger.history.search({ ...search, before });
    found.push(...attempts.map(({ row }) => row));
    if (attempts.length < search.limit && resume === null) return found;
    const last = attempts.at(-1);
    before = resume ?? { started_at_ms: last!.row.started_at_ms, seq: last!.seq };
  }
}

async function append(ledger: HistoricLedger, rows: readonly AttemptRow[]): Promise<void> {
  await Promise.all(rows.map((row) => ledger.append({ kind: "attempt", row })));
}

/** Defines the tests, each on a new store. */
export function historyContract(name: string, make: () => LedgerUnderTest & AsyncDisposable): void {
  const test = (title: string, run: (store: LedgerUnderTest) => Promise<void>) =>
    Deno.test(`${name}: ${title}`, async () => {
      await using store = make();
      await run(store);
    });

  test("history is the sum of the attempts, in each group, zone and filter, also after a restart", (store) =>
    fc.assert(
      fc.asyncProperty(
        fc.array(rows, { maxLength: 60 }),
        fc.constantFrom(null, ...HISTORY_DIMENSIONS),
        fc.constantFrom(1, 2, 50),
        async (added, by, top) => {
          // One store for all runs: each has workspaces of its own.
          const own = (id: string) => `${id}-${added.length}-${++lastId}`;
          const names = new Map([...new Set(added.map((row) => row.workspace_id))].map((id) => [id, own(id)]));
          const kept = added.map((row) => ({ ...row, workspace_id: names.get(row.workspace_id)! }));
          const workspaces = [...names.values()];
          const query = quarters({ workspaces, by, top });
          const ledger = await store.open();
          await append(ledger, kept);
          assertAnswer(await ledger.history.sums(query), query, kept);
          const minutes = { ...query, unit: "minute" as const, starts_ms: [NOON - MINUTE, NOON, NOON + MINUTE] };
          const span = { ...minutes, end_ms: NOON + 2 * MINUTE };
          assertAnswer(await ledger.history.sums(span), span, kept);
          const flex = { ...query, filters: { tier: ["flex"], app: [null, "nightly"] } };
          const matching = kept.filter((row) => row.service_tier === "flex" && [null, "nightly"].includes(row.app));
          assertAnswer(await ledger.history.sums(flex), flex, matching);
          await ledger.close();
          if (!store.durable) return;
          const again = await store.open();
          assertAnswer(await again.history.sums(query), query, kept);
          await again.close();
        },
      ),
      { numRuns: store.durable ? 12 : 40 },
    ));

  test("a duplicate counts once, a late attempt in the minute in which it started", async (store) => {
    const ledger = await store.open();
    const [one, late] = [attempt({ started_at_ms: NOON }), attempt({ started_at_ms: NOON - 3 * QUARTER })];
    await append(ledger, [one]);
    const query = quarters();
    assertAnswer(await ledger.history.sums(query), query, [one]);
    await append(ledger, [one, late]);
    assertAnswer(await ledger.history.sums(query), query, [one, late]);
    await ledger.close();
  });

  test("refused calls are counted by their own outcome", async (store) => {
    const ledger = await store.open();
    const row: RefusalRow = {
      id: "refusal-1",
      workspace_id: "acme",
      at_ms: NOON,
      model: "gpt-5.4",
      app: null,
      key_id: null,
      endpoint: "chat/completions",
      calls: 7,
    };
    for (const _ of [1, 2]) await ledger.append({ kind: "refusals", row });
    await append(ledger, [attempt({ started_at_ms: NOON })]);
    const { totals, groups } = await ledger.history.sums(quarters({ by: "outcome" }));
    assertEquals([totals.refused, totals.calls, totals.attempts], [7, 1, 1]);
    assertEquals(groups.map(({ group, totals }) => [group, totals.refused]), [["refused", 7], ["ok", 0]]);
    await ledger.close();
  });

  test("a search finds what was asked for, the last started first, page by page", (store) =>
    fc.assert(
      fc.asyncProperty(
        fc.array(rows, { maxLength: 40 }),
        searches,
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        async (added, asked, limit, summed) => {
          const ledger = await store.open();
          const workspace_id = `search-${++lastId}`;
          const kept = added.map((row) => ({ ...row, workspace_id }));
          await append(ledger, kept.slice(0, 20));
          // From now on, history has sums of the first attempts; those of the others are written later.
          if (summed) await ledger.history.sums(quarters());
          await append(ledger, kept.slice(20));
          const found = await allPages(ledger, { ...asked, workspaces: [workspace_id], limit });
          assertEquals(found.map(({ id }) => id).sort(), kept.filter(isFoundBy(asked)).map(({ id }) => id).sort());
          const times = found.map(({ started_at_ms }) => started_at_ms);
          assertEquals(times, [...times].sort((a, b) => b - a));
          await ledger.close();
        },
      ),
      { numRuns: 40 },
    ));

  test("a call is found by its id, with its retries, in the workspaces that are asked for", async (store) => {
    const ledger = await store.open();
    const workspace_id = `calls-${++lastId}`;
    const id = (name: string) => `${workspace_id}-${name}`;
    const first = attempt({ id: id("a"), call_id: id("a"), workspace_id, started_at_ms: NOON });
    const retry = attempt({ id: id("b"), call_id: id("a"), workspace_id, started_at_ms: NOON + 5, retry: 1 });
    const named = attempt({ id: id("c"), call_id: id("job"), workspace_id, started_at_ms: NOON });
    // Its id is the name of another call.
    const trap = attempt({ id: id("d"), call_id: id("e"), workspace_id, started_at_ms: NOON });
    const elsewhere = { ...named, id: id("f"), workspace_id: `${workspace_id}-b`, started_at_ms: NOON + 1 };
    await append(ledger, [first, retry, named, trap, elsewhere]);
    const ids = async (call_id: string, workspaces: string[] | null) =>
      (await ledger.history.call(call_id, workspaces)).map(({ row }) => row.id);
    assertEquals(await ids(id("a"), [workspace_id]), [id("b"), id("a")]);
    assertEquals(await ids(id("a"), null), [id("b"), id("a")]);
    assertEquals(await ids(id("a"), ["other"]), []);
    assertEquals(await ids(id("a"), []), []);
    assertEquals(await ids(id("d"), null), []);
    assertEquals(await ids(id("job"), null), [id("f"), id("c")]);
    assertEquals(await ids(id("job"), [workspace_id, "other"]), [id("c")]);
    await ledger.close();
  });

  test("of a call with very many attempts the newest are found", async (store) => {
    const ledger = await store.open();
    const call_id = `many-${++lastId}-calls`;
    const rows = Array.from({ length: 130 }, (_, n) => attempt({ call_id, started_at_ms: NOON + n }));
    await append(ledger, rows);
    const found = await ledger.history.call(call_id, null);
    assertEquals(
      found.map(({ row }) => row.started_at_ms),
      rows.map((row) => row.started_at_ms).reverse().slice(0, 100),
    );
    await ledger.close();
  });

  test("what attempts took is read in the order of their starts, the newest of too many", (store) =>
    fc.assert(
      fc.asyncProperty(
        fc.array(rows, { maxLength: 40 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: -9, max: 0 }),
        async (added, max, first) => {
          const ledger = await store.open();
          const workspace_id = `uses-${++lastId}`;
          // Some calls have several attempts, and some attempts start in the same millisecond.
          const kept = added.map((row, n) => ({
            ...row,
            workspace_id,
            id: `${workspace_id}-${n}`,
            call_id: `${workspace_id}-${row.retry > 0 ? n % 3 : n}`,
            started_at_ms: row.started_at_ms - row.started_at_ms % (5 * MINUTE),
            run: row.stream ? null : "nightly",
            takes_request: row.endpoint === "embeddings" ? false : null,
            requested_model: n % 2 ? "our-name" : null,
            charged_usd_nanos: row.cost_usd_nanos === null && n % 3 ? usdNanos(BigInt(n)) : null,
          }));
          await append(ledger, [
            ...kept,
            ...kept.map(elsewhere),
          ]);
          const query = { workspace_id, from_ms: NOON + first * QUARTER, to_ms: NOON + 7 * QUARTER, max };
          const asked = kept.filter(({ started_at_ms: at }) => at >= query.from_ms && at < query.to_ms);
          const { from_ms, pages } = await ledger.history.uses(query);
          const found = (await Array.fromAsync(pages)).flat();
          // No attempt of the quarter hours at both ends was asked for in vain.
          if (kept.length <= max) assertEquals(from_ms, query.from_ms);
          assert(found.length <= max && from_ms >= query.from_ms);
          const order = found.map(({ started_at_ms }) => started_at_ms);
          assertEquals(order, order.toSorted((a, b) => a - b));
          const expected = asked.filter(({ started_at_ms }) => started_at_ms >= from_ms);
          assertEquals(found.map(textOf).sort(), expected.map((row) => textOf(expectedUse(row, kept))).sort());
          await ledger.close();
        },
      ),
      { numRuns: store.durable ? 15 : 60 },
    ));

  test("attempts are read page by page, also by two readers, and by one that stops", async (store) => {
    const ledger = await store.open();
    const workspace_id = `pages-${++lastId}`;
    const kept = Array.from({ length: 1_800 }, (_, n) => attempt({ workspace_id, started_at_ms: NOON + n * 7_000 }));
    await append(ledger, kept);
    const query = { workspace_id, from_ms: NOON, to_ms: NOON + 8 * 3_600_000, max: 10_000 };
    const starts = async () => {
      const starts: number[] = [];
      const { pages } = await ledger.history.uses(query);
      for await (const page of pages) starts.push(...page.map(({ started_at_ms }) => started_at_ms));
      return starts;
    };
    const stopped = async () => {
      for await (const _page of (await ledger.history.uses(query)).pages) return;
    };
    const [one, , two] = await Promise.all([starts(), stopped(), starts()]);
    assertEquals(one, kept.map(({ started_at_ms }) => started_at_ms));
    assertEquals(two, one);
    const { from_ms, pages } = await ledger.history.uses({ ...query, max: 700 });
    assertEquals([from_ms, (await Array.fromAsync(pages)).flat().length], [NOON + 1_099 * 7_000 + 1, 700]);
    await ledger.close();
  });

  test("attempts that retention has deleted are not expected", async (store) => {
    const ledger = await store.open();
    const workspace_id = `pruned-${++lastId}`;
    await append(ledger, [0, 5].map((quarter) => attempt({ workspace_id, started_at_ms: NOON + quarter * QUARTER })));
    await ledger.prune(NOON + 2 * QUARTER);
    const uses = (to_ms: number) => ledger.history.uses({ workspace_id, from_ms: NOON - QUARTER, to_ms, max: 9 });
    const { from_ms, pages } = await uses(NOON + 9 * QUARTER);
    assertEquals([from_ms, (await Array.fromAsync(pages)).flat().length], [NOON + 2 * QUARTER, 1]);
    assertEquals((await Array.fromAsync((await uses(NOON + QUARTER)).pages)).flat(), []);
    await ledger.close();
  });
}

/** The same in another workspace. */
function elsewhere(row: AttemptRow): AttemptRow {
  return { ...row, id: `other-${row.id}`, call_id: `other-${row.call_id}`, workspace_id: "other" };
}

function expectedUse(row: AttemptRow, all: readonly AttemptRow[]): AttemptUse {
  const known = row.usage_source === "counted" || row.usage_source === "estimated";
  const isAlone = all.every(({ id, call_id }) => id === row.id || call_id !== row.call_id);
  return {
    names: { app: row.app, run: row.run!, model: row.requested_model ?? row.model, answered: row.model },
    started_at_ms: row.started_at_ms,
    call: isAlone && row.call_id === row.id ? null : row.call_id,
    takes_request: row.takes_request !== false,
    tokens: known ? row.usage.total_tokens : row.charged_tokens ?? 0,
    spent: row.cost_usd_nanos ?? row.charged_usd_nanos ?? usdNanos(0n),
  };
}

function textOf({ spent, names: { app, run, model, answered }, ...use }: AttemptUse): string {
  const { call, started_at_ms, takes_request, tokens } = use;
  return JSON.stringify([`${spent}`, app, run, model, answered, call, started_at_ms, takes_request, tokens]);
}
