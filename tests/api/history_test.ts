/** `GET /api/quota/history` and `GET /api/quota/attempts` on a real port. */
import { parse } from "deno-std/csv/parse.js";
import { AttemptPage, CallBody, History } from "../../shared/history/history.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../support/assert.ts";
import { withTeamService } from "../support/team_service.ts";
import { failed, ok, plan, send } from "./fixture.ts";
import { run, type Running } from "./running.ts";

const HOSTILE = '=HYPERLINK("http://evil","<b>x</b>"),\n"';

/** Gets a path of a service; its body is JSON. */
async function get({ service }: Pick<Running, "service">, path: string) {
  const response = await fetch(`${service.url}/api/quota/${path}`);
  return { status: response.status, body: await response.json() };
}

async function text({ service }: Pick<Running, "service">, path: string) {
  const response = await fetch(`${service.url}/api/quota/${path}`);
  return { type: response.headers.get("content-type"), text: await response.text() };
}

/** A service with calls of two workspaces in two hours. */
async function withCalls(): Promise<Running> {
  const running = await run({ OPENAI_RATE_LIMIT_PER_MINUTE: "4" });
  const { service, clock } = running;
  await get(running, "history"); // Loads the feature, which counts refused calls.
  send(service.tracker, ok(100), { app: "nightly" });
  send(service.tracker, failed(503, "server_error"), { app: HOSTILE });
  clock.advance(3_600_000);
  send(service.tracker, ok(7), { workspace_id: "blue", model: "gpt-5.4-mini" });
  for (let call = 0; call < 5; call++) send(service.tracker, ok(1), { workspace_id: "full", begun: call === 4 });
  service.tracker.reserve(plan({ workspace_id: "full" }));
  clock.advance(1_000);
  return running;
}

Deno.test("history has the calls of all workspaces by step, in the form of its schema", async () => {
  await using running = await withCalls();
  const { status, body } = await get(running, "history?step=hour&zone=UTC&by=workspace");
  assertEquals(status, 200);
  const history = History.parse(body);
  assertEquals([history.totals.calls, history.totals.failed, history.totals.refused], [8, 1, 1]);
  assertEquals(history.totals.failures.server, 1);
  assertEquals(history.groups.map(({ group, totals }) => [group, totals.calls]), [["full", 5], ["acme", 2], [
    "blue",
    1,
  ]]);
  assertEquals(history.points.flatMap((point) => point ? [point.calls] : []), [2, 6]);
  assertEquals([history.workspace_id, history.pending_attempts, history.steps.length], [
    null,
    0,
    history.points.length,
  ]);
});

Deno.test("history of one workspace, filtered and with few groups", async () => {
  await using running = await withCalls();
  const { body: one } = await get(running, "history?workspace_id=ACME&step=minute&by=app&top=1");
  assertEquals([one.workspace_id, one.totals.calls], ["acme", 2]);
  assertEquals(one.groups.map(({ other }: { other: boolean }) => other), [false, true]);
  const { body: some } = await get(running, "history?app=nightly&app=&outcome=ok");
  assertEquals(some.totals.calls, 7);
  assertEquals((await get(running, "history?model=")).body.totals.calls, 0);
});

for (
  const [query, said] of Object.entries({
    "step=week": "minute, hour, day",
    "by=colour": "workspace, model",
    "top=0": "1 to 99",
    "zone=Mars/Olympus": "IANA zone",
    "from=yesterday": "ISO 8601 instant",
    "to=2026-11-21": "ISO 8601 instant",
    "from=2026-11-21T10:00:00Z&to=2026-11-21T10:00:00Z": "before the end",
    "from=1971-01-01T00:00:00Z&step=minute": "last 8 days",
    "from=1971-01-01T00:00:00Z&step=hour": "last 400 days",
    "from=1971-01-01T00:00:00Z&step=day": "more than 2000 steps",
    "workspace_id=no%20id": "Cannot find workspace",
  })
) {
  Deno.test(`history?${query} is refused in words`, async () => {
    await using running = await run();
    const { status, body } = await get(running, `history?${query}`);
    assertEquals(status, 400);
    assertStringIncludes(body.detail, said);
  });
}

Deno.test("attempts come page by page, the last started first, in the form of their schema", async () => {
  await using running = await withCalls();
  const seen: string[] = [];
  let path = "attempts?limit=3";
  for (let pages = 1;; pages++) {
    const page = AttemptPage.parse((await get(running, path)).body);
    seen.push(...page.data.map(({ started_at }) => started_at));
    if (page.next_cursor === null) {
      assertEquals(pages, 3);
      break;
    }
    path = `attempts?limit=3&cursor=${page.next_cursor}`;
  }
  assertEquals(seen, seen.toSorted().reverse());
  assertEquals(seen.length, 8);
  const { body } = await get(running, "attempts?error_code=server_error&workspace_id=acme");
  assertEquals(body.data.map(({ app }: { app: string }) => app), [HOSTILE]);
  const refused = await get(running, "attempts?cursor=1-x");
  assertEquals([refused.status, refused.body.code], [400, "invalid_request"]);
});

Deno.test("exports are CSV and JSON lines with the same values, and a formula in a name is text", async () => {
  await using running = await withCalls();
  const csv = await text(running, "attempts.csv");
  assertEquals(csv.type, "text/csv; charset=utf-8");
  const rows = parse(csv.text, { skipFirstRow: true }) as Record<string, string>[];
  const lines = await text(running, "attempts.jsonl");
  const objects = lines.text.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(rows.map(({ id }) => id), objects.map(({ id }) => id));
  assertEquals(objects.some(({ app }) => app === HOSTILE), true);
  assert(rows.some(({ app }) => app === `'${HOSTILE}`), "a formula would run");
  const history = await text(running, "history.csv?step=hour&by=app");
  const sums = parse(history.text, { skipFirstRow: true }) as Record<string, string>[];
  assertEquals(sums.reduce((sum, { calls }) => sum + Number(calls), 0), 8);
  assertMatch((await text(running, "history.jsonl")).text, /^(?:\{.*\}\n)+$/);
});

Deno.test("an export of several pages has each attempt once", async () => {
  await using running = await run({
    OPENAI_RATE_LIMIT_PER_MINUTE: "100000",
    OPENAI_RATE_LIMIT_PER_DAY: "100000",
    OPENAI_TOKEN_LIMIT_PER_MINUTE: "9000000",
  });
  for (let call = 0; call < 2_500; call++) send(running.service.tracker);
  const ids = (await text(running, "attempts.jsonl")).text.trimEnd().split("\n").map((line) => JSON.parse(line).id);
  assertEquals([ids.length, new Set(ids).size], [2_500, 2_500]);
});

Deno.test("a read key sees the history of its own workspaces alone", () =>
  withTeamService(async (service) => {
    for (const workspace_id of ["acme", "blue"]) {
      const { text: key } = service.create({ kind: "ingest", workspaces: [workspace_id] });
      const attempts = [{
        id: `attempt-of-${workspace_id}`,
        call_id: `call-of-${workspace_id}`,
        retry: 0,
        workspace_id,
        endpoint: "chat/completions",
        model: "gpt-5.4",
        app: null,
        stream: false,
        started_at: new Date().toISOString(),
        latency_ms: 1,
        first_byte_ms: null,
        outcome: "ok",
        http_status: 200,
        error_code: null,
        service_tier: null,
        usage: { input_tokens: 1, cached_input_tokens: 0, output_tokens: 0, reasoning_tokens: 0, total_tokens: 1 },
        usage_source: "counted",
      }];
      const headers = { "content-type": "application/json", "x-quota-key": key };
      const body = JSON.stringify({ attempts });
      const response = await fetch(`${service.url}/api/quota/attempts`, { method: "POST", headers, body });
      assertEquals([response.status, await response.json()], [200, { stored: 1, duplicates: 0 }]);
    }
    const seen = async (kind: string, path: string) => {
      const headers = { authorization: `Bearer ${service.keys[kind]}` };
      const response = await fetch(`${service.url}/api/quota/${path}`, { headers });
      return [response.status, await response.json()] as const;
    };
    const calls = async (kind: string) => (await seen(kind, "history"))[1].totals.calls;
    assertEquals([await calls("read"), await calls("read_all"), await calls("admin")], [1, 2, 2]);
    const [, page] = await seen("read", "attempts");
    assertEquals(page.data.map(({ workspace_id }: { workspace_id: string }) => workspace_id), ["acme"]);
    for (const path of ["history?workspace_id=blue", "attempts?workspace_id=blue", "history.csv?workspace_id=blue"]) {
      assertEquals((await seen("read", path))[0], 403, path);
    }
    assertEquals((await seen("ingest", "history"))[0], 403);
  }));

Deno.test("a call has its attempts, the first one first, and what they took together", async () => {
  await using running = await withCalls();
  const call_id = "job-2026-11-21:1";
  send(running.service.tracker, failed(503, "server_error"), { call_id });
  running.clock.advance(1_000);
  send(running.service.tracker, ok(30), { call_id, retry: 1 });
  const path = `calls/${encodeURIComponent(call_id)}`;
  const call = CallBody.parse((await get(running, path)).body);
  assertEquals([call.call_id, call.workspace_id, call.usage.total_tokens], [call_id, "acme", 30]);
  assertEquals(call.attempts.map(({ outcome, retry }) => [outcome, retry]), [["failed", 0], ["ok", 1]]);
  const elsewhere = await get(running, `${path}?workspace_id=blue`);
  assertEquals([elsewhere.status, elsewhere.body.code], [404, "not_found"]);
  const [unknown, short] = [await get(running, "calls/never-sent"), await get(running, "calls/short")];
  assertEquals([unknown.status, unknown.body.code], [404, "not_found"]);
  assertStringIncludes(unknown.body.detail, "no attempt of it has ended");
  assertEquals([short.status, short.body.code], [400, "invalid_request"]);
});
