import { assert, assertEquals } from "../support/assert.ts";
import { fakePricing } from "../support/fake_pricing.ts";
import { api, bench, ok, plan, send } from "./fixture.ts";

const PATH = "/api/quota/limits?workspace_id=ACME";
const ADMIN = { "x-admin-key": "correct-horse" };
const put = (app: ReturnType<typeof api>, body: unknown, headers: Record<string, string> = ADMIN) =>
  app.request(PATH, {
    method: "PUT",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

Deno.test("an admin sets limits, which apply immediately, and reads those in force", async () => {
  const of = bench();
  const app = api(of);
  send(of.tracker, ok(1));
  const answer = await put(app, {
    requests_per_minute: 1,
    tokens_per_minute: null,
    models: { o5: { tokens_per_day: 9 } },
  });
  assertEquals(answer.status, 200);
  const report = await answer.json();
  const none = { requests_per_minute: null, requests_per_day: null, tokens_per_minute: null, tokens_per_day: null };
  assertEquals(report, {
    workspace_id: "acme",
    own: { requests_per_minute: 1, tokens_per_minute: null, models: { o5: { tokens_per_day: 9 } } },
    limits: { requests_per_minute: 1, requests_per_day: 100, tokens_per_minute: null, tokens_per_day: null },
    models: [{ model: "o5", limits: { ...none, tokens_per_day: 9 } }],
    budgets: [],
  });
  assertEquals(await (await app.request(PATH, { headers: ADMIN })).json(), report);
  assert("refused" in of.tracker.reserve(plan()));
  assert(!("refused" in of.tracker.reserve(plan({ workspace_id: "beta" }))));
  assertEquals(of.log, ["limits_set"]);
  await put(app, {});
  assert(!("refused" in of.tracker.reserve(plan())));
});

Deno.test("budgets and a raise are set, and read as they are in force", async () => {
  const of = bench();
  const until = new Date(of.clock.now() + 1000).toISOString();
  const raises = [{ until, month: "500" }];
  await put(api(of), {
    budgets: { month: "400" },
    apps: { "*": { budgets: { day: "0.05" }, budget_mode: "soft" } },
    raises,
  });
  const read = async () => (await (await api(of).request(PATH, { headers: ADMIN })).json()).budgets;
  const app = { scope: "app", name: "*", period: "day", mode: "soft", limit_usd: "0.050000000" };
  const workspace = { scope: "workspace", period: "month", mode: "hard", limit_usd: "500.000000000" };
  assertEquals(await read(), [workspace, app]);
  of.clock.advance(1000);
  assertEquals(await read(), [{ ...workspace, limit_usd: "400.000000000" }, app]);
});

Deno.test("a reservation of another process holds the budgets of its app and its run, at the price of its tier", async () => {
  const of = bench({ pricing: fakePricing() });
  of.tracker.setLimits({ workspaces: { acme: { apps: { bot: { budgets: { day: "0.05" } } } } } });
  const reserve = (id: string) =>
    api(of).request("/api/quota/reservations", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        ...{ id, workspace_id: "acme", tokens: 1000, input_tokens: 10, output_cap: 990, model: "o5" },
        ...{ app: "bot", run: "nightly", endpoint: "responses", service_tier: "flex" },
      }),
    });
  for (let call = 0; call < 5; call++) assertEquals((await reserve(`reserved-${call}`)).status, 201);
  const refused = await reserve("reserved-5");
  assertEquals([refused.status, (await refused.json()).code], [429, "workspace_budget_exceeded"]);
  assertEquals(of.tracker.status("acme").budgets![0].reserved_usd, "0.050000000");
});

Deno.test("limits that another admin has changed since they were read are not replaced", async () => {
  const of = bench();
  const app = api(of);
  const tag = async () => (await app.request(PATH, { headers: ADMIN })).headers.get("etag")!;
  const read = await tag();
  assertEquals((await put(app, { requests_per_minute: 2 }, { ...ADMIN, "if-match": read })).status, 200);
  const late = await put(app, { requests_per_minute: 3 }, { ...ADMIN, "if-match": read });
  assertEquals([late.status, (await late.json()).code], [412, "limits_changed"]);
  assertEquals(of.tracker.limits("acme").own, { requests_per_minute: 2 });
  const set = await put(app, { requests_per_minute: 4 }, { ...ADMIN, "if-match": `"other", ${await tag()}` });
  assertEquals([set.status, set.headers.get("etag")], [200, await tag()]);
  assertEquals((await put(app, {}, { ...ADMIN, "if-match": "*" })).status, 200);
  assertEquals(await tag(), read);
});

Deno.test("limits are neither read nor set without the admin key, or if the service has none", async () => {
  const of = bench();
  for (const headers of [{}, { "x-admin-key": "wrong-horse" }] as Record<string, string>[]) {
    assertEquals((await app(of).request(PATH, { headers })).status, 403);
    assertEquals((await put(app(of), { requests_per_minute: 1 }, headers)).status, 403);
  }
  assertEquals((await (await put(api(of, null), {})).json()).code, "admin_disabled");
  assertEquals(of.tracker.limits("acme").own, {});
});
const app = (of: ReturnType<typeof bench>) => api(of);

const WRONG: [string, unknown][] = [
  ["an unknown name", { requests_per_hour: 1 }],
  ["zero", { requests_per_minute: 0 }],
  ["a fraction", { requests_per_minute: 1.5 }],
  ["a string", { tokens_per_day: "5" }],
  ["a number that is too large", { tokens_per_day: 1e12 }],
  ["a model within a model", { models: { o5: { models: {} } } }],
  ["a model without a name", { models: { "": {} } }],
  ["a list", []],
  ["a budget as a number", { budgets: { day: 5 } }],
  ["a budget with ten decimals", { budgets: { day: "0.0000000001" } }],
  ["a budget for a year", { budgets: { year: "5" } }],
  ["another mode", { budget_mode: "firm" }],
  ["a raise without an end", { raises: [{ day: "5" }] }],
];
for (const [what, body] of WRONG) {
  Deno.test(`a body with ${what} is refused and changes no limit`, async () => {
    const of = bench();
    const answer = await put(api(of), body);
    assertEquals([answer.status, (await answer.json()).code], [400, "invalid_request"]);
    assertEquals(of.tracker.limits("acme").own, {});
  });
}

Deno.test("a reservation of another process waits if it asks to, and is otherwise refused with the limits", async () => {
  const of = bench();
  const reservation = (more: object = {}) =>
    api(of).request("/api/quota/reservations", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id: `from-afar-${++count}`, workspace_id: "acme", tokens: 1, model: "o5", ...more }),
    });
  let count = 0;
  const held = Array.from({ length: 10 }, () => of.tracker.reserve(plan({ tokens: 1 })));
  const refused = await reservation();
  const { limits } = await refused.json();
  assertEquals([refused.status, limits.requests], [429, { limit: 10, remaining: 0, reset_ms: 61_000 }]);
  const waiting = reservation({ on_limit: "wait", max_wait_ms: 5000 });
  while (of.tracker.waiting === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  assert("release" in held[0]);
  held[0].release(null);
  assertEquals((await waiting).status, 201);
  assertEquals(of.tracker.waiting, 0);
});
