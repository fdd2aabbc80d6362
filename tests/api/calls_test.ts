/** What a caller of the gateway learns about their call: from its headers, and afterwards by its id. */
import { gzipSync } from "node:zlib";
import OpenAI from "openai";
import { assertEquals, assertMatch } from "../support/assert.ts";
import { withTeamService } from "../support/team_service.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { run, type Running } from "./running.ts";

const LIMITS = {
  OPENAI_RATE_LIMIT_PER_MINUTE: "10",
  OPENAI_RATE_LIMIT_PER_DAY: "100",
  OPENAI_TOKEN_LIMIT_PER_MINUTE: "100000",
};

const USAGE = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 };

const ANSWER = { object: "chat.completion", model: "gpt-4o-2024-08-06", usage: USAGE, choices: [] };

async function withCaller(
  use: (caller: { client: OpenAI; upstream: Upstream; running: Running }) => Promise<void>,
): Promise<void> {
  const upstream = await startUpstream();
  {
    await using running = await run({ QUOTA_UPSTREAM_URL: upstream.url, ...LIMITS });
    const client = new OpenAI({ apiKey: "sk-1", baseURL: `http://${running.host}/w/acme/v1`, maxRetries: 0 });
    await use({ client, upstream, running });
  }
  await upstream.close();
}

const CALL = { model: "gpt-4o", messages: [{ role: "user" as const, content: "Hello" }] };

/** The headers of this service on a response, without the id of the call. */
function quotaHeaders({ headers }: { headers: Headers }): Record<string, string> {
  const own = [...headers].filter(([name]) => name.startsWith("x-quota-") && name !== "x-quota-call-id");
  return Object.fromEntries(own);
}

const callOf = async ({ host }: Running, id: string) =>
  await (await fetch(`http://${host}/api/quota/calls/${id}`)).json();

Deno.test("an answer tells its cost and what is left, and the call is found by the id in it", () =>
  withCaller(async ({ client, upstream, running }) => {
    upstream.once((exchange) => exchange.json(ANSWER));
    const { response } = await client.chat.completions.create(CALL).withResponse();
    const { "x-quota-remaining-tokens-per-minute": tokens, ...rest } = quotaHeaders(response);
    assertEquals(rest, {
      "x-quota-cost": "0.003500000",
      "x-quota-remaining-requests-per-minute": "9",
      "x-quota-remaining-requests-per-day": "99",
    });
    assertMatch(tokens, /^99\d{3}$/);
    const call = await callOf(running, response.headers.get("x-quota-call-id")!);
    assertEquals([call.cost_usd, call.unpriced_attempts, call.usage.total_tokens], ["0.003500000", 0, 1100]);
    assertEquals(call.attempts.map(({ http_status }: { http_status: number }) => http_status), [200]);
  }));

Deno.test("a compressed answer tells its cost, too", () =>
  withCaller(async ({ client, upstream }) => {
    upstream.once(({ response }) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      response.end(gzipSync(JSON.stringify(ANSWER)));
    });
    const { response } = await client.chat.completions.create(CALL).withResponse();
    assertEquals(quotaHeaders(response)["x-quota-cost"], "0.003500000");
  }));

Deno.test("a stream begins before its cost is known; afterwards the call has it", () =>
  withCaller(async ({ client, running }) => {
    const { data, response } = await client.chat.completions.create({ ...CALL, model: "gpt-4o-mini", stream: true })
      .withResponse();
    const headers = quotaHeaders(response);
    assertEquals([headers["x-quota-cost"], headers["x-quota-remaining-requests-per-minute"]], [undefined, "9"]);
    for await (const _chunk of data) { /* to the end */ }
    const call = await callOf(running, response.headers.get("x-quota-call-id")!);
    assertEquals([call.attempts.length, call.usage.total_tokens > 0], [1, true]);
    assertMatch(call.cost_usd, /^0\.0000\d{5}$/);
  }));

Deno.test("an answer without a known price tells the reason, and never 0", () =>
  withCaller(async ({ client, upstream }) => {
    for (
      const [change, reason] of [[{ model: "gpt-tomorrow" }, "unknown_model"], [
        { usage: null },
        "unknown_usage",
      ]] as const
    ) {
      upstream.once((exchange) => exchange.json({ ...ANSWER, ...change }));
      const { response } = await client.chat.completions.create(CALL).withResponse();
      const { "x-quota-unpriced": unpriced, "x-quota-cost": cost } = quotaHeaders(response);
      assertEquals([unpriced, cost], [reason, undefined]);
    }
  }));

Deno.test("retries of the SDK are attempts of one call, each error with its id", () =>
  withCaller(async ({ client, upstream, running }) => {
    const ids: (string | null)[] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const response = await globalThis.fetch(input, init);
      ids.push(response.headers.get("x-quota-call-id"));
      return response;
    };
    upstream.once((exchange) => exchange.json({ error: { message: "try again" } }, 500));
    upstream.once(({ response }) => void response.destroy());
    upstream.once((exchange) => exchange.json(ANSWER));
    await client.withOptions({ fetch, maxRetries: 3 }).chat.completions.create(CALL);
    assertEquals([ids.length, new Set(ids).size, ids.includes(null)], [3, 1, false]);
    const call = await callOf(running, ids[0]!);
    const ends = call.attempts.map(({ outcome, retry }: { outcome: string; retry: number }) => [outcome, retry]);
    assertEquals(ends, [["failed", 0], ["failed", 1], ["ok", 2]]);
    // The answer of the second attempt was lost, so its cost is not known.
    assertEquals([call.cost_usd, call.unpriced_attempts], ["0.003500000", 1]);
  }));

Deno.test("a caller chooses the id of their call", () =>
  withCaller(async ({ client, upstream, running }) => {
    upstream.once((exchange) => exchange.json(ANSWER));
    const headers = { "X-Quota-Call-Id": "nightly:2026-11-21" };
    const { response } = await client.chat.completions.create(CALL, { headers }).withResponse();
    assertEquals(response.headers.get("x-quota-call-id"), "nightly:2026-11-21");
    assertEquals((await callOf(running, "nightly:2026-11-21")).cost_usd, "0.003500000");
  }));

Deno.test("headers of another such service behind the gateway do not reach the caller", () =>
  withCaller(async ({ client, upstream }) => {
    const foreign = { "X-Quota-Cost": "999", "x-quota-call-id": "not-ours", "x-quota-odd": "1", "x-quote": "kept" };
    upstream.once((exchange) => exchange.json(ANSWER, 200, foreign));
    const { response } = await client.chat.completions.create(CALL).withResponse();
    assertEquals(quotaHeaders(response)["x-quota-cost"], "0.003500000");
    assertEquals([response.headers.get("x-quota-odd"), response.headers.get("x-quote")], [null, "kept"]);
  }));

Deno.test("a call that uses no model takes nothing of the limits and costs nothing", () =>
  withCaller(async ({ client, upstream }) => {
    upstream.once((exchange) => exchange.json({ object: "list", data: [] }));
    const { response } = await client.models.list().withResponse();
    assertEquals(quotaHeaders(response), { "x-quota-cost": "0.000000000" });
  }));

Deno.test("an ingest key reads the headroom and the calls of its workspace, and of no other", () =>
  withTeamService(async (service) => {
    const ask = async (path: string, kind: string) => {
      const headers = { authorization: `Bearer ${service.keys[kind]}` };
      const response = await fetch(`${service.url}/api/quota/${path}`, { headers });
      return [response.status, await response.json()] as const;
    };
    const [status, headroom] = await ask("headroom", "ingest");
    assertEquals([status, headroom.workspace_id, headroom.available], [200, "acme", true]);
    // It does not tell what others spend.
    assertEquals(["usage", "budgets", "spend", "provider"].filter((name) => name in headroom), []);
    assertEquals((await ask("headroom?workspace_id=blue", "ingest"))[0], 403);
    assertEquals((await ask("calls/unknown-call", "ingest"))[0], 404);
    assertEquals((await ask("calls/unknown-call?workspace_id=blue", "ingest"))[0], 403);
    assertEquals((await ask("status", "ingest"))[0], 403);
  }));

/** Ids that a program may choose, for its reports. */
const IDS = [
  "job/0007",
  "/job-0007",
  "job-0007/",
  "urn:job/7?part=a#b&c=d+e;f",
  "100%/done",
  "a..b/...c",
  "https://ci.example/run/7",
  `"<'{}|^\`~[]>*(!)$,=@`,
  "/".repeat(64),
  "~".repeat(64),
];

Deno.test("a call is found by any id that a report or a reservation may have, and its reservation is released", () =>
  withCaller(async ({ running: { host, clock } }) => {
    const asked = async (method: string, path: string, body?: unknown) => {
      const headers = { "content-type": "application/json" };
      const response = await fetch(`http://${host}/api/quota/${path}`, { method, headers, body: JSON.stringify(body) });
      return { status: response.status, body: await response.json() };
    };
    for (const id of IDS) {
      const reserved = await asked("POST", "reservations", { id, workspace_id: "acme", tokens: 1 });
      assertEquals([reserved.status, reserved.body.id], [201, id]);
      assertEquals((await asked("DELETE", `reservations/${encodeURIComponent(id)}`)).body, { released: true }, id);
      const attempt = { ...REPORT, id, call_id: id, started_at: new Date(clock.now()).toISOString() };
      assertEquals((await asked("POST", "attempts", { attempts: [attempt] })).status, 200, id);
      const { status, body } = await asked("GET", `calls/${encodeURIComponent(id)}?workspace_id=acme`);
      assertEquals([status, body.call_id, body.attempts?.[0].id], [200, id, id]);
    }
  }));

Deno.test("an id that cannot stand in a path is refused where it enters, with the rule, and so is its path", () =>
  withCaller(async ({ client, running: { host } }) => {
    for (
      const id of [
        "..;/job-7",
        "../../keys",
        "a/./b/../c",
        "job%2F0007",
        "job%252f7",
        "job\\0007",
        "jöb-00007",
        "a".repeat(200),
      ]
    ) {
      const call = await fetch(`http://${host}/api/quota/calls/${encodeURIComponent(id)}`);
      assertEquals(call.status, 400, id);
      await call.body?.cancel();
      const report = {
        attempts: [{ ...REPORT, id: "attempt-1", call_id: id, started_at: "2026-11-21T09:00:00.000Z" }],
      };
      const reservation = { id, workspace_id: "acme", tokens: 1 };
      for (const [path, body] of Object.entries({ attempts: report, reservations: reservation })) {
        const response = await fetch(`http://${host}/api/quota/${path}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        });
        assertEquals(response.status, 400, `${path} ${id}`);
        assertMatch((await response.json()).detail, /id must be 8 to 64 visible ASCII characters, without backslashes/);
      }
    }
    // The gateway gives such a call an id of its own, and tells it.
    const headers = { "x-quota-call-id": "../../keys" };
    const { response } = await client.chat.completions.create(CALL, { headers }).withResponse();
    assertMatch(response.headers.get("x-quota-call-id")!, /^[\w-]{8,64}$/);
  }));

const REPORT = {
  retry: 0,
  workspace_id: "acme",
  endpoint: "chat/completions",
  model: "gpt-4o",
  app: null,
  stream: false,
  latency_ms: 5,
  first_byte_ms: 5,
  outcome: "ok",
  http_status: 200,
  error_code: null,
  service_tier: null,
  usage: { input_tokens: 3, cached_input_tokens: 0, output_tokens: 2, reasoning_tokens: 0, total_tokens: 5 },
  usage_source: "counted",
};
