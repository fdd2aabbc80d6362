/** `POST /api/quota/limits/preview`, on a real port and without one. */
import { createApp } from "../../server/app.ts";
import { readConfig } from "../../server/config/config.ts";
import { startFeatures } from "../../server/features/index.ts";
import type { HistoricLedger } from "../../server/ledger/history/port.ts";
import { openMemoryLedger } from "../../server/ledger/memory/memory.ts";
import { openSqliteLedger } from "../../server/ledger/sqlite/sqlite.ts";
import { limitsInMemory } from "../../server/limits/limits_file.ts";
import { LimitsPreview } from "../../shared/budgets/limits_preview.ts";
import { parseUsd } from "../../shared/money/money.ts";
import { type AttemptRow, LedgerError } from "../../server/ledger/ledger.ts";
import { attempt } from "../contracts/ledger_contract.ts";
import { accessParts } from "../support/access.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { ManualClock } from "../support/clock.ts";
import { withTeamService } from "../support/team_service.ts";
import { withTempFolder } from "../support/temp.ts";
import { bench, keeper } from "./fixture.ts";
import { run, type Running, until } from "./running.ts";

const PATH = "/api/quota/limits/preview?workspace_id=acme";
const ADMIN = { "x-admin-key": "correct-horse" };
const ENVIRONMENT = { QUOTA_ADMIN_RESET_KEY: "correct-horse" };
const UNLIMITED = { requests_per_minute: null, requests_per_day: null, tokens_per_minute: null, tokens_per_day: null };
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

type Sent = { status: number; body: Record<string, unknown> };

async function send(
  { host }: Pick<Running, "host">,
  method: string,
  path: string,
  body: unknown,
  signal?: AbortSignal,
) {
  const headers = { "content-type": "application/json", ...ADMIN };
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(`http://${host}${path}`, { method, headers, body: text, signal });
  return { status: response.status, body: await response.json() } as Sent;
}

/** A preview in the form of its schema. */
async function preview(running: Pick<Running, "host">, body: unknown, path = PATH): Promise<LimitsPreview> {
  const answer = await send(running, "POST", path, body);
  assertEquals(answer.status, 200, JSON.stringify(answer.body));
  return LimitsPreview.parse(answer.body);
}

/** Appends attempts of one cent, by the time before now. */
async function fill(
  ledger: HistoricLedger,
  now_ms: number,
  ages_ms: readonly number[],
  change: Partial<AttemptRow> = {},
) {
  for (const age_ms of ages_ms) {
    const row = attempt({ started_at_ms: now_ms - age_ms, cost_usd_nanos: parseUsd("0.01"), ...change });
    await ledger.append({ kind: "attempt", row: { ...row, call_id: change.call_id ?? row.id } });
  }
}

Deno.test("limits are tried on the calls of the last 7 days, and nothing is set", async () => {
  const limits = limitsInMemory(
    '{"workspaces":{"acme":{"requests_per_minute":9,"tokens_per_minute":null,"raises":[{"until":"2099-01-01T00:00:00.000Z","requests_per_minute":99}]}}}',
  );
  await using running = await run({ ...ENVIRONMENT, OPENAI_RATE_LIMIT_PER_DAY: "7" }, { limits });
  const { ledger, clock } = running;
  await fill(ledger, clock.now(), [8 * DAY, 3 * DAY, 3 * DAY - 1, 3 * DAY - 2, 10]);
  await fill(ledger, clock.now(), [1, 2], { workspace_id: "beta" });
  const found = await preview(running, {
    ...UNLIMITED,
    requests_per_minute: 2,
    budgets: { day: "0.01" },
    budget_mode: "soft",
    models: { "gpt-5.4-mini": { tokens_per_minute: 130 } },
    raises: [{ until: "2099-01-01T00:00:00.000Z", requests_per_minute: 99 }],
  });
  assertEquals([found.workspace_id, found.is_complete, found.calls], ["acme", true, 4]);
  assertEquals([clock.now() - Date.parse(found.from), Date.parse(found.to)], [7 * DAY, clock.now()]);
  const at = new Date(clock.now() - 3 * DAY + 2).toISOString();
  const own = { scope: "workspace", mode: "hard", refused_calls: 0, highest: 3, highest_at: at } as const;
  assertEquals(found.current, {
    refused_calls: 0,
    rules: [{ ...own, rule: "requests_per_minute", limit: 9 }, { ...own, rule: "requests_per_day", limit: 7 }],
  });
  const { refused_calls, rules } = found.proposed;
  const seen = rules.map((
    { rule, mode, limit, refused_calls, highest },
  ) => [rule, mode, limit, refused_calls, highest]);
  assertEquals([refused_calls, ...seen], [
    2,
    ["requests_per_minute", "hard", 2, 0, 3],
    ["tokens_per_minute", "hard", 130, 2, 360],
    ["budget_day", "soft", "0.010000000", 2, "0.030000000"],
  ]);
  const report = await (await fetch(`http://${running.host}/api/quota/limits?workspace_id=acme`, { headers: ADMIN }))
    .json();
  assertEquals([report.limits.requests_per_minute, report.own.raises.length], [99, 1]);
});

Deno.test("what a preview says of limits stays the same when they are set, and after a restart", () =>
  withTempFolder(async (folder) => {
    const [clock, limits] = [new ManualClock(), limitsInMemory()];
    const own = { apps: { "*": { budgets: { day: "0.02" } } }, shadow: { requests_per_day: 3 } };
    const open = async () => {
      const ledger = await openSqliteLedger(`${folder}/quota.db`);
      return { ledger, running: await run(ENVIRONMENT, { ledger, limits, clock }) };
    };
    const before = async () => {
      const { ledger, running } = await open();
      await using service = running;
      for (const app of ["bot", "*", null]) await fill(ledger, clock.now(), [5, 4, 3, 2, 1], { app });
      const { calls, proposed } = await preview(service, own);
      assertEquals(calls, 15);
      assertEquals((await send(service, "PUT", "/api/quota/limits?workspace_id=acme", own)).status, 200);
      assertEquals((await preview(service, {})).current, proposed);
      return proposed;
    };
    const proposed = await before();
    assertEquals(proposed.refused_calls, 6);
    const [day, each] = proposed.rules.slice(-2).map(({ mode, name, refused_calls }) => [mode, name, refused_calls]);
    assertEquals([each, day], [["shadow", undefined, 12], ["hard", "*", 6]]);
    await using running = (await open()).running;
    assertEquals((await preview(running, own)).current, proposed);
  }));

Deno.test("a day is that of the service's zone, also where a clock changes", async () => {
  const clock = new ManualClock(Date.parse("2026-03-30T12:00:00Z"));
  await using running = await run({ ...ENVIRONMENT, QUOTA_TIMEZONE: "Europe/Berlin" }, { clock });
  const { ledger } = running;
  // The day of 23 hours is from 23:00 to 22:00 in UTC.
  const instants = ["28T22:59:59.999", "28T23:00:00.000", "29T12:00:00.000", "29T21:59:59.999", "29T22:00:00.000"];
  await fill(ledger, clock.now(), instants.map((text) => clock.now() - Date.parse(`2026-03-${text}Z`)));
  const { proposed: { rules } } = await preview(running, {
    ...UNLIMITED,
    requests_per_day: 1,
    budgets: { day: "0.02" },
  });
  const seen = rules.map(({ rule, refused_calls, highest }) => [rule, refused_calls, highest]);
  assertEquals(seen, [["requests_per_day", 2, 3], ["budget_day", 0, "0.030000000"]]);
});

Deno.test("weeks and months count what was spent before the 7 days", async () => {
  const clock = new ManualClock(Date.parse("2026-11-19T12:00:00Z"));
  await using running = await run(ENVIRONMENT, { clock });
  const { ledger } = running;
  // Thursday a week ago is after Monday the 9th; the month began on the 1st.
  await fill(
    ledger,
    clock.now(),
    [
      ...["10-31T23:59:59", "11-01T00:00:00", "11-08T23:59:59", "11-09T00:00:00", "11-12T11:00:00", "11-12T13:00:00"],
      ...["11-15T23:59:59", "11-16T00:00:00"],
    ].map((text) => clock.now() - Date.parse(`2026-${text}Z`)),
  );
  const found = await preview(running, { budgets: { week: "0.03", month: "0.05" }, budget_mode: "soft" });
  assertEquals([found.calls, found.is_complete], [3, true]);
  const seen = found.proposed.rules.map(({ rule, refused_calls, highest }) => [rule, refused_calls, highest]);
  assertEquals(seen.slice(-2), [["budget_week", 1, "0.040000000"], ["budget_month", 2, "0.070000000"]]);
});

Deno.test("a workspace without attempts has a preview of nothing, and is not made by it", async () => {
  await using running = await run(ENVIRONMENT);
  const found = await preview(running, { requests_per_minute: 5 }, "/api/quota/limits/preview?workspace_id=nobody");
  const [rule] = found.proposed.rules;
  assertEquals([found.calls, found.is_complete, found.proposed.refused_calls], [0, true, 0]);
  assertEquals([rule.refused_calls, rule.highest, rule.highest_at], [0, 0, null]);
  assertEquals([...running.service.tracker.workspaceIds], ["default"]);
});

Deno.test("a body is refused as PUT refuses it, and so is a workspace", async () => {
  await using running = await run(ENVIRONMENT);
  const sent: [body: unknown, id?: string][] = [
    ...[[], null, "text", "{", "", '{"__proto__":{"a":1}}', { requests_per_minute: 0 }, { requests_per_minute: 1.5 }]
      .map((body): [unknown] => [body]),
    [{ requests_per_minute: 1e12 }],
    [{ budgets: { day: "0" } }],
    [{ budgets: { day: 5 } }],
    [{ budgets: { year: "5" } }],
    [{ models: { "": {} } }],
    [{ raises: [{ until: "tomorrow" }] }],
    [{ shadow: { budget_mode: "soft" } }],
    [{ prices: [{ model: "m" }] }],
    ["[".repeat(100_000)],
    ["[" + "0,".repeat(30_000) + "0]"],
    [`"${"x".repeat(2_000_000)}"`],
    [{}, "a%20b"],
    [{}, "<script>"],
  ];
  for (const [body, id = "acme"] of sent) {
    const put = await send(running, "PUT", `/api/quota/limits?workspace_id=${id}`, body);
    const post = await send(running, "POST", `/api/quota/limits/preview?workspace_id=${id}`, body);
    assert(put.status >= 400);
    const detail = String(put.body.detail).replace("/limits:", "/limits/preview:");
    assertEquals([post.status, post.body.code, post.body.detail], [put.status, put.body.code, detail]);
  }
});

Deno.test("names of a prototype and hostile names are names", async () => {
  await using running = await run(ENVIRONMENT);
  const { ledger, clock } = running;
  const names = ["constructor", "toString", "<b>x</b>", "\u202e", "workspace"];
  for (const app of names) await fill(ledger, clock.now(), [3, 2], { app, run: app, model: app });
  const each = Object.fromEntries(names.map((name) => [name, { budgets: { day: "0.01" } }]));
  const { proposed } = await preview(running, { apps: each, models: each, runs: each });
  const parts = proposed.rules.filter(({ scope }) => scope !== "workspace");
  assertEquals(
    parts.map(({ name, refused_calls }) => [name, refused_calls]),
    [1, 2, 3].flatMap(() => {
      return names.map((name) => [name, 1]);
    }),
  );
  assertEquals(proposed.refused_calls, names.length);
});

Deno.test("an admin key of the service opens it, other keys do not", () =>
  withTeamService(async ({ url, keys }) => {
    const statuses = ["admin", "read", "ingest", "none", "wrong"].map(async (kind) => {
      const headers = {
        "content-type": "application/json",
        ...(keys[kind] ? { authorization: `Bearer ${keys[kind]}` } : {}),
      };
      const answer = await fetch(url + PATH, { method: "POST", headers, body: "{}" });
      await answer.body?.cancel();
      return answer.status;
    });
    assertEquals(await Promise.all(statuses), [200, 403, 403, 401, 401]);
  }));

/** A ledger whose readers wait for `go` before each page. The first reader gets its first page again and again. */
function slowLedger() {
  const ledger = openMemoryLedger();
  const { uses } = ledger.history;
  const waiting: (() => void)[] = [];
  const readers = { now: 0, most: 0, ended: 0 };
  ledger.history.uses = async (query) => {
    const { from_ms, pages } = await uses.call(ledger.history, query);
    readers.now++;
    readers.most = Math.max(readers.most, readers.now);
    return { from_ms, pages: slowly(pages, readers.ended === 0) };
  };
  async function* slowly<Page>(pages: AsyncIterable<Page>, isEndless: boolean) {
    try {
      for await (const page of pages) {
        do {
          await new Promise<void>((resolve) => waiting.push(resolve));
          yield page;
        } while (isEndless);
      }
    } finally {
      readers.now--;
      readers.ended++;
    }
  }
  return { ledger, waiting, readers, go: () => waiting.shift()?.() };
}

Deno.test("previews follow each other, and a caller who leaves ends theirs", async () => {
  const { ledger, waiting, readers, go } = slowLedger();
  await using running = await run(ENVIRONMENT, { ledger });
  await fill(ledger, running.clock.now(), [2, 1]);
  const leaving = new AbortController();
  const first = send(running, "POST", PATH, {}, leaving.signal).catch((error) => error.name);
  await until(() => waiting.length === 1, "the first preview");
  const others = [1, 2].map((limit) => preview(running, { ...UNLIMITED, requests_per_day: limit }));
  for (let page = 0; page < 5; page++) await until(() => waiting.length === 1 && go() === undefined, "the next page");
  assertEquals(readers, { now: 1, most: 1, ended: 0 });
  leaving.abort();
  assertEquals(await first, "AbortError");
  await until(() => {
    go();
    return readers.ended === 3;
  }, "the other previews");
  const found = (await Promise.all(others)).map(({ calls, proposed }) => [calls, proposed.refused_calls]);
  assertEquals([...found, readers], [[2, 1], [2, 0], { now: 0, most: 1, ended: 3 }]);
});

Deno.test("a service that stops ends a preview", async () => {
  const { ledger, waiting, go } = slowLedger();
  const running = await run(ENVIRONMENT, { ledger });
  await fill(ledger, running.clock.now(), [2, 1]);
  const answer = send(running, "POST", PATH, {}).catch(() => null);
  await until(() => waiting.length === 1, "the preview");
  const stopped = running.service.stop(0);
  go();
  await stopped;
  assertEquals(await answer, null);
});

Deno.test("the app answers without a port, and tells of a ledger that cannot be read", async () => {
  const of = bench();
  const config = readConfig({ QUOTA_TIMEZONE: "UTC" });
  const parts = {
    ...of,
    ...accessParts({ now: () => of.clock.now(), reset_key: "correct-horse" }),
    limits: keeper(of),
  };
  const deps = { ...parts, config, version: "1.2.3", started_at_ms: of.clock.now(), log: () => {} };
  const activity = () => {
    throw new Error("not asked for");
  };
  const features = startFeatures({ ...deps, activity });
  const app = createApp({ ...deps, routes: features.routes });
  await fill(of.ledger, of.clock.now(), [1, 2, 3]);
  const headers = { "content-type": "application/json", ...ADMIN };
  const post = () => app.request(PATH, { method: "POST", headers, body: '{"requests_per_day":1}' });
  const found = LimitsPreview.parse(await (await post()).json());
  assertEquals([found.calls, found.proposed.refused_calls], [3, 2]);
  const failing = new LedgerError("unavailable", "Cannot read the ledger: it is away");
  of.ledger.history.uses = () => Promise.reject(failing);
  const answer = await post();
  assertEquals([answer.status, (await answer.json()).code], [503, "ledger_unavailable"]);
  features.stop();
});
