import type { Notice } from "../../shared/api.ts";
import * as z from "zod/mini";
import { ROUTES } from "../../server/api/routes.ts";
import { LedgerError } from "../../server/ledger/ledger.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../support/assert.ts";
import { ADMIN_KEY, api, type Bench, bench, brittleLedger, failed, ok, plan, send } from "./fixture.ts";
import { type App, JSON_TYPE, post, problemOf, report } from "./requests.ts";

/** A valid request for every route. Its answer is validated with the route's schema. */
const GOOD: Record<string, (app: App, of: Bench) => Promise<Response> | Response> = {
  "GET /api/quota/status": (app) => app.request("/api/quota/status?workspace_id=Acme"),
  "GET /api/quota/usage": (app) => app.request("/api/quota/usage?workspace_id=acme"),
  "GET /api/quota/availability": (app) => app.request("/api/quota/availability"),
  "GET /api/quota/headroom": (app) => app.request("/api/quota/headroom?workspace_id=acme&model=gpt-5.4"),
  "GET /api/quota/notifications": (app) => app.request("/api/quota/notifications?workspace_id=acme"),
  "GET /api/quota/workspaces": (app) => app.request("/api/quota/workspaces"),
  "POST /api/quota/reset": (app) =>
    post(app, "/api/quota/reset", { workspace_id: "ACME", scope: "all" }, { "x-admin-key": "correct-horse" }),
  "GET /api/quota/limits": (app) =>
    app.request("/api/quota/limits?workspace_id=acme", { headers: { "x-admin-key": "correct-horse" } }),
  "PUT /api/quota/limits": (app) =>
    app.request("/api/quota/limits?workspace_id=acme", {
      method: "PUT",
      headers: { "x-admin-key": "correct-horse", "content-type": "application/json" },
      body: JSON.stringify({ requests_per_minute: 5, models: { "gpt-5.4": { tokens_per_day: null } } }),
    }),
  "POST /api/quota/reservations": (app) =>
    post(app, "/api/quota/reservations", { id: "reservation-1", workspace_id: "Acme", tokens: 100 }),
  "DELETE /api/quota/reservations/:id": (app, { tracker }) => {
    tracker.lease(plan({ id: "held-here" }));
    return app.request("/api/quota/reservations/held-here", { method: "DELETE" });
  },
  "POST /api/quota/attempts": (app) => post(app, "/api/quota/attempts", { attempts: [report()] }),
  "GET /api/quota/keys": async (app) => {
    await post(app, "/api/quota/keys", READ_KEY, ADMIN);
    return await app.request("/api/quota/keys", { headers: ADMIN });
  },
  "POST /api/quota/keys": (app) => post(app, "/api/quota/keys", READ_KEY, ADMIN),
  "POST /api/quota/keys/:id/rotate": async (app) => {
    const { id } = await (await post(app, "/api/quota/keys", READ_KEY, ADMIN)).json();
    return await post(app, `/api/quota/keys/${id}/rotate`, { overlap_seconds: 60 }, ADMIN);
  },
  "DELETE /api/quota/keys/:id": async (app) => {
    const { id } = await (await post(app, "/api/quota/keys", READ_KEY, ADMIN)).json();
    return await app.request(`/api/quota/keys/${id}`, { method: "DELETE", headers: ADMIN });
  },
  "POST /api/quota/pairing": (app) => post(app, "/api/quota/pairing", { workspace_id: "Acme" }, ADMIN),
  "POST /api/quota/pairing/redeem": async (app) => {
    const { code } = await (await post(app, "/api/quota/pairing", { workspace_id: "acme" }, ADMIN)).json();
    return await post(app, "/api/quota/pairing/redeem", { code, name: "Firefox" });
  },
  "POST /api/quota/ticket": (app) => app.request("/api/quota/ticket", { method: "POST" }),
  "POST /api/quota/sessions": (app) => post(app, "/api/quota/sessions", { key: ADMIN_KEY }),
  "GET /api/quota/sessions/current": (app) => app.request("/api/quota/sessions/current", { headers: ADMIN }),
  "DELETE /api/quota/sessions/current": (app) =>
    app.request("/api/quota/sessions/current", { method: "DELETE", headers: ADMIN }),
  "GET /api/quota/audit": async (app) => {
    await post(app, "/api/quota/pairing", { workspace_id: "acme" }, ADMIN);
    return await app.request("/api/quota/audit", { headers: ADMIN });
  },
  "GET /healthz": (app) => app.request("/healthz"),
  "GET /livez": (app) => app.request("/livez"),
  "GET /readyz": (app) => app.request("/readyz"),
};

const ADMIN = { "x-admin-key": ADMIN_KEY };
const READ_KEY = { kind: "read", workspaces: ["Acme", "beta"], note: "a test" };

for (const route of ROUTES) {
  const name = `${route.method} ${route.path}`;
  Deno.test(`${name} answers with a valid body`, async () => {
    const of = bench();
    for (let call = 0; call < 9; call++) send(of.tracker, ok(20, { model: "gpt-5.4" }));
    of.clock.advance(20);
    await of.tracker.flushed();
    const answer = await GOOD[name](api(of), of);
    assertEquals(answer.status, route.answer.status);
    if (!("schema" in route.answer)) return assertEquals(await answer.text(), "");
    assertMatch(answer.headers.get("content-type")!, /^application\/json/);
    assertEquals(answer.headers.get("cache-control"), "no-store");
    const body = await answer.json();
    // Strict, so that a field outside the contract fails the test.
    const strict = route.answer.schema instanceof z.ZodMiniObject
      ? z.strictObject(route.answer.schema.shape)
      : route.answer.schema;
    assertEquals(strict.safeParse(body).error?.issues ?? [], []);
  });
}

Deno.test("notifications are the newest 50 of a workspace", async () => {
  const of = bench();
  for (let at = 0; at < 60; at++) {
    const row = { ...NOTICE, id: `notice-${at}`, title: `${at}` };
    await of.ledger.append({ kind: "notice", row });
  }
  const { notifications } = await (await api(of).request("/api/quota/notifications?workspace_id=acme")).json();
  const titles = notifications.map(({ title }: { title: string }) => title);
  assertEquals([titles.length, titles[0], titles.at(-1)], [50, "59", "10"]);
});

const NOTICE: Notice = {
  id: "",
  workspace_id: "acme",
  level: "warning",
  status: "warning",
  code: "requests_per_minute",
  title: "",
  message: "",
  suggested_action: null,
  fix: "wait",
  at: "2026-11-21T10:00:00.000Z",
};

Deno.test("status, usage and notifications show the calls that were sent", async () => {
  const of = bench();
  for (let call = 0; call < 9; call++) send(of.tracker, ok(20), { model: call < 4 ? "gpt-5.4" : "gpt-5.4-mini" });
  of.clock.advance(20);
  const app = api(of);
  const read = async (path: string) => await (await app.request(`${path}?workspace_id=acme`)).json();
  const status = await read("/api/quota/status");
  assertEquals([status.status, status.stats.requests_per_minute.current], ["warning", 9]);
  const usage = await read("/api/quota/usage");
  assertEquals([usage.totals.calls, usage.totals.total_tokens, usage.totals.since], [
    9,
    180,
    "2026-11-21T00:00:00.000Z",
  ]);
  const models = usage.by_model.map(({ model, calls }: { model: string; calls: number }) => `${model} ${calls}`);
  assertEquals(models.toSorted(), ["gpt-5.4 4", "gpt-5.4-mini 5"]);
  const { notifications } = await read("/api/quota/notifications");
  assertEquals(notifications.map((notice: { level: string }) => notice.level), ["warning"]);
  assertEquals(await read("/api/quota/availability"), {
    available: true,
    status: "warning",
    retry_after_seconds: null,
    reason: "9 of 10 requests in the last 60 s",
  });
});

Deno.test("a model's full limit appears in every availability, and stops only that model's calls", async () => {
  const of = bench();
  of.tracker.setLimits({ default: { models: { "gpt-5.4": { requests_per_minute: 2 } } } });
  const ask = async (query: string) =>
    await (await api(of).request(`/api/quota/availability?workspace_id=acme${query}`)).json();
  const calm = { available: true, status: "normal", retry_after_seconds: null, reason: null };
  for (const query of ["", "&model=gpt-5.4", "&model=o5"]) assertEquals(await ask(query), calm);
  send(of.tracker);
  of.clock.advance(20_000);
  send(of.tracker);
  const shown = { status: "rate_limited", reason: "2 of 2 requests to gpt-5.4 in the last 60 s" };
  assertEquals(await ask(""), { ...calm, ...shown });
  assertEquals(await ask("&model="), { ...calm, ...shown });
  const refused = { available: false, ...shown, retry_after_seconds: 41 };
  assertEquals(await ask("&model=gpt-5.4"), refused);
  assertEquals(await ask("&model=gpt-5.4-2026-03-05"), refused);
  assertEquals(await ask("&model=gpt-5.4-mini"), calm);
  const { status, cause, models } = of.tracker.status("acme");
  assertEquals([status, cause?.model, cause?.source], ["rate_limited", "gpt-5.4", "counted"]);
  assertEquals(cause?.until, models![0].stats.requests_per_minute!.available_at);
});

Deno.test("a cool-down affects the availability of its pool's models only; a lack of quota affects all", () => {
  const { tracker } = bench();
  send(tracker, failed(429, "rate_limit_exceeded", { model: "gpt-5.4", limit_headers: { "retry-after": "30" } }));
  const of = (model?: string) => {
    const { available, retry_after_seconds } = tracker.availability("acme", model);
    return [available, retry_after_seconds];
  };
  assertEquals([of(), of("gpt-5.4-2026-03-05"), of("o5")], [[false, 30], [false, 30], [true, null]]);
  send(tracker, failed(429, "insufficient_quota"), { model: "o5" });
  assertEquals(of("o5"), [false, null]);
});

Deno.test("the default workspace is used without a name; an unused workspace is empty, and reading it creates nothing", async () => {
  const app = api(bench());
  assertEquals((await (await app.request("/api/quota/status")).json()).workspace_id, "default");
  const unused = await (await app.request("/api/quota/status?workspace_id=unused")).json();
  assertEquals([unused.seq, unused.status, unused.usage.calls], [0, "normal", 0]);
});

Deno.test("a reset requires the admin key, and is disabled without one", async () => {
  const of = bench();
  send(of.tracker);
  const body = { workspace_id: "acme", scope: "all" };
  const ask = (key: string | null, headers = {}) => post(api(of, key), "/api/quota/reset", body, headers);
  await problemOf(await ask(null, { "x-admin-key": "" }), "admin_disabled");
  await problemOf(await ask("correct-horse"), "admin_key_wrong");
  await problemOf(await ask("correct-horse", { "x-admin-key": "correct-hors" }), "admin_key_wrong");
  assertEquals(of.tracker.status("acme").usage.calls, 1);
  assertEquals(of.tracker.status("acme").stats.requests_per_day?.current, 1);
  const answer = await ask("correct-horse", { "x-admin-key": "correct-horse" });
  assertEquals((await answer.json()).stats.requests_per_day.current, 0);
  assertEquals(of.log, ["quota_reset"]);
});

Deno.test("a refused reservation has the reason and the time for a retry", async () => {
  const of = bench();
  const app = api(of);
  const ask = (id: string) => post(app, "/api/quota/reservations", { id, workspace_id: "acme", tokens: 10 });
  for (let call = 0; call < 10; call++) assertEquals((await ask(`reservation-${call}`)).status, 201);
  const answer = await ask("reservation-one-more");
  assertEquals(answer.headers.get("retry-after"), "61");
  assertEquals((await problemOf(answer, "workspace_rate_limited")).retry_after_ms, 61_000);
  const released = await app.request("/api/quota/reservations/reservation-1", { method: "DELETE" });
  assertEquals(await released.json(), { released: true });
  const again = await app.request("/api/quota/reservations/reservation-1", { method: "DELETE" });
  assertEquals(await again.json(), { released: false });
  assertEquals((await ask("reservation-one-more")).status, 201);
});

Deno.test("a full day is refused as workspace_quota_exceeded", async () => {
  const of = bench({
    limits: { requests_per_minute: null, requests_per_day: 1, tokens_per_minute: null, tokens_per_day: null },
  });
  send(of.tracker);
  const body = { id: "reservation-1", workspace_id: "acme", tokens: 10 };
  await problemOf(await post(api(of), "/api/quota/reservations", body), "workspace_quota_exceeded");
});

Deno.test("a report that is sent twice counts once", async () => {
  const of = bench();
  const app = api(of);
  const attempts = [report(), report({ retry: 1 })];
  const batch = { attempts: [...attempts, attempts[0]] };
  assertEquals(await (await post(app, "/api/quota/attempts", batch)).json(), { stored: 2, duplicates: 1 });
  assertEquals(await (await post(app, "/api/quota/attempts", batch)).json(), { stored: 0, duplicates: 3 });
  assertEquals(of.tracker.status("acme").usage.attempts, 2);
});

Deno.test("reported headers of the provider take effect", async () => {
  const of = bench();
  const headers = { "retry-after": "30" };
  const failed = report({ outcome: "failed", http_status: 429, usage_source: "none", headers });
  await post(api(of), "/api/quota/attempts", { attempts: [failed] });
  assertEquals(of.tracker.availability("acme").retry_after_seconds, 30);
});

Deno.test("FAULT 51: a batch with one workspace too many is refused whole, and leaves nothing in the ledger", async () => {
  const of = bench();
  for (let made = 0; made < 10_000; made++) of.tracker.admit({ id: `attempt-${made}`, workspace_id: `w${made}` });
  const attempts = [report({ workspace_id: "w1" }), report({ workspace_id: "one-more" })];
  await problemOf(await post(api(of), "/api/quota/attempts", { attempts }), "too_many_workspaces");
  assertEquals((await of.ledger.attempts("w1", 9)).length, 0);
  const body = { id: "reservation-1", workspace_id: "one-more", tokens: 10 };
  await problemOf(await post(api(of), "/api/quota/reservations", body), "too_many_workspaces");
});

Deno.test("FAULT 3: while the ledger fails, every route that needs it answers 503", async () => {
  const ledger = brittleLedger();
  const of = bench({ ledger });
  const app = api(of);
  ledger.failure = new LedgerError("full", "Cannot write to the ledger: the disk is full.");
  const attempts = { attempts: [report()] };
  const detail = (await problemOf(await post(app, "/api/quota/attempts", attempts), "ledger_unavailable")).detail;
  assertStringIncludes(detail, "the disk is full");
  const body = { id: "reservation-1", workspace_id: "acme", tokens: 10 };
  await problemOf(await post(app, "/api/quota/reservations", body), "ledger_unavailable");
  assertEquals((await (await app.request("/healthz")).json()).status, "degraded");
  ledger.usage = () => Promise.reject(ledger.failure);
  ledger.notices = () => Promise.reject(ledger.failure);
  await problemOf(await app.request("/api/quota/usage"), "ledger_unavailable");
  await problemOf(await app.request("/api/quota/notifications"), "ledger_unavailable");
});

Deno.test("an entry that the ledger refuses as invalid is the caller's error, and the ledger does not count as failing", async () => {
  const ledger = brittleLedger();
  ledger.failure = new LedgerError("invalid", "Cannot append the attempt: a lone surrogate.");
  const of = bench({ ledger });
  await problemOf(await post(api(of), "/api/quota/attempts", { attempts: [report()] }), "invalid_request");
  assertEquals(of.tracker.ledgerFailing, false);
});

Deno.test("an internal error is logged, and its details are not sent", async () => {
  const ledger = brittleLedger();
  ledger.usage = () => Promise.reject(new TypeError("secret detail"));
  const of = bench({ ledger });
  const { detail } = await problemOf(await api(of).request("/api/quota/usage"), "internal_error");
  assert(!detail.includes("secret"));
  assertEquals(of.log, ["request_failed"]);
});

Deno.test("an unknown path is not_found", async () => {
  const app = api(bench());
  for (const path of ["/nowhere", "/api/quota", "/api/quota/status/", "/docs/package.json", "/docs/..%2fx"]) {
    await problemOf(await app.request(path), "not_found");
  }
});

const PATHS = [
  ...new Set(ROUTES.map((route) => route.path)),
  "/",
  "/docs",
  "/docs/start.js",
  "/openapi.json",
  "/api/quota/ws",
];
for (const path of PATHS) {
  Deno.test(`${path} refuses other methods and lists those that it allows`, async () => {
    const app = api(bench());
    const own = ROUTES.filter((route) => route.path === path).map((route) => route.method as string);
    for (const method of ["PUT", "PATCH", "OPTIONS", "TRACY"].filter((method) => !own.includes(method))) {
      const answer = await app.request(path.replace(":id", "some-attempt"), { method });
      await problemOf(answer, "method_not_allowed");
      for (const allowed of own.length > 0 ? own : ["GET"]) assertStringIncludes(answer.headers.get("allow")!, allowed);
    }
  });
}

Deno.test("the WebSocket's path answers 426 over HTTP", async () => {
  const answer = await api(bench()).request("/api/quota/ws");
  assertEquals(answer.headers.get("upgrade"), "websocket");
  await problemOf(answer, "upgrade_required");
});

Deno.test("HEAD is answered as GET, without a body", async () => {
  const answer = await api(bench()).request("/api/quota/status", { method: "HEAD" });
  assertEquals([answer.status, await answer.text()], [200, ""]);
});

// FAULT 50: invalid ids, sent to every route that takes an id.
const IDS: [string, string][] = [
  ["a path", "../.."],
  ["a prototype", "__proto__"],
  ["NUL", "ac\0me"],
  ["a bidi mark", "acme\u202e"],
  ["a zero-width joiner", "ac\u200dme"],
  ["decomposed", "caf\u0065\u0301"],
  ["composed", "caf\u00e9"],
  ["a dotless i", "\u0131"],
  ["a lone surrogate", "\ud800"],
  ["empty", ""],
  ["a space", " acme"],
  ["a line break", "acme\n"],
  ["too long", "a".repeat(65)],
  ["far too long", "a".repeat(100_000)],
  ["a leading hyphen", "-acme"],
];
for (const [name, id] of IDS) {
  Deno.test(`FAULT 50: ${name} is refused as a workspace id by every route`, async () => {
    const of = bench();
    const app = api(of);
    const encoded = encodeURIComponent(id.toWellFormed());
    for (const path of ["status", "usage", "availability", "notifications"]) {
      await problemOf(await app.request(`/api/quota/${path}?workspace_id=${encoded}`), "invalid_workspace");
    }
    const admin = { "x-admin-key": "correct-horse" };
    await problemOf(
      await post(app, "/api/quota/reset", { workspace_id: id, scope: "all" }, admin),
      "invalid_workspace",
    );
    const reservation = { id: "reservation-1", workspace_id: id, tokens: 1 };
    await problemOf(await post(app, "/api/quota/reservations", reservation), "invalid_workspace");
    const attempts = [report({ workspace_id: id })];
    await problemOf(await post(app, "/api/quota/attempts", { attempts }), "invalid_request");
  });
}

Deno.test("FAULT 50: workspace ids are not case-sensitive", async () => {
  const of = bench();
  send(of.tracker);
  for (const id of ["Acme", "ACME", "acme"]) {
    const body = await (await api(of).request(`/api/quota/status?workspace_id=${id}`)).json();
    assertEquals([body.workspace_id, body.usage.calls], ["acme", 1]);
  }
});

Deno.test("healthz has the version, the uptime in whole seconds, and the calls in flight and waiting", async () => {
  const of = bench();
  const app = api(of);
  of.clock.advance(5999);
  of.tracker.reserve(plan());
  assertEquals(await (await app.request("/healthz")).json(), {
    contract: 2,
    status: "ok",
    version: "1.2.3",
    uptime_seconds: 5,
    ledger: "ok",
    limits: "ok",
    keys: "ok",
    problems: [],
    in_flight: 1,
    waiting: 0,
  });
});

Deno.test("usage includes attempts that are still on the way to the ledger", async () => {
  const of = bench();
  send(of.tracker, ok(20));
  const { totals } = await (await api(of).request("/api/quota/usage?workspace_id=acme")).json();
  assertEquals([totals.calls, totals.total_tokens], [1, 20]);
});

Deno.test("a caller that disconnects while its reservation waits holds nothing", async () => {
  const of = bench();
  const held = Array.from({ length: 10 }, () => of.tracker.reserve(plan({ tokens: 1 })));
  const leaving = new AbortController();
  const body = JSON.stringify({ id: "reservation-1", workspace_id: "acme", tokens: 1, on_limit: "wait" });
  const request = new Request("http://localhost/api/quota/reservations", {
    method: "POST",
    headers: JSON_TYPE,
    body,
    signal: leaving.signal,
  });
  const answering = api(of).request(request);
  while (of.tracker.waiting === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  // The limit opens in the same turn in which the caller disconnects.
  assert("release" in held[0]);
  held[0].release(null);
  leaving.abort();
  await answering;
  assertEquals([of.tracker.waiting, of.tracker.inFlight], [0, 9]);
});

Deno.test("a reservation that is not reported within its lease is one call with unknown usage", async () => {
  const of = bench();
  const body = { id: "reservation-1", workspace_id: "acme", tokens: 1, model: "o5" };
  await post(api(of), "/api/quota/reservations", body);
  of.clock.advance(15 * 60_000);
  of.tracker.tick();
  await of.tracker.flushed();
  const [row] = await of.ledger.attempts("acme", 9);
  const { id, call_id, retry, model, stream, outcome, usage_source } = row;
  assertEquals([id, call_id, retry, model, stream], ["reservation-1", "reservation-1", 0, "o5", false]);
  assertEquals([outcome, usage_source], ["unknown", "unknown"]);
});

Deno.test("a route without workspaces ignores workspace_id", async () => {
  assertEquals((await api(bench()).request("/healthz?workspace_id=../..")).status, 200);
});
