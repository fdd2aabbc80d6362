/** `GET /api/quota/workspaces`: each key sees its own workspaces, with the number that every surface shows. */
import { assertEquals } from "../support/assert.ts";
import { type TeamService, withTeamService } from "../support/team_service.ts";
import { fakePricing } from "../support/fake_pricing.ts";
import { api, bench, keeper, ok, plan, send } from "./fixture.ts";

async function listed(service: TeamService, kind: string, query = "") {
  const headers = { authorization: `Bearer ${service.keys[kind]}` };
  const response = await fetch(`${service.url}/api/quota/workspaces${query}`, { headers });
  const { data, next_cursor } = await response.json();
  return { names: data.map(({ workspace_id }: { workspace_id: string }) => workspace_id), next_cursor };
}

/** Makes workspaces by an attempt in each. */
async function use(service: TeamService, ...names: string[]): Promise<void> {
  for (const workspace_id of names) {
    const { text } = service.create({ kind: "ingest", workspaces: [workspace_id] });
    const headers = { "content-type": "application/json", "x-quota-key": text };
    const body = JSON.stringify({ id: `reservation-${workspace_id}`, workspace_id, tokens: 1 });
    const response = await fetch(`${service.url}/api/quota/reservations`, { method: "POST", headers, body });
    assertEquals(response.status, 201);
    await response.body?.cancel();
  }
}

Deno.test("a key lists the workspaces that it covers, and no others", () =>
  withTeamService(async (service) => {
    await use(service, "acme", "blue");
    assertEquals((await listed(service, "read")).names, ["acme"]);
    assertEquals((await listed(service, "read_all")).names, ["acme", "blue", "default"]);
    assertEquals((await listed(service, "admin")).names, ["acme", "blue", "default"]);
  }));

Deno.test("workspaces come by name and in pages", () =>
  withTeamService(async (service) => {
    await use(service, "zeta", "blue");
    assertEquals(await listed(service, "admin", "?limit=2"), { names: ["blue", "default"], next_cursor: "default" });
    const rest = await listed(service, "admin", "?limit=2&cursor=default");
    assertEquals(rest, { names: ["zeta"], next_cursor: null });
  }));

Deno.test("a workspace is listed with its status and the share of its tightest limit", async () => {
  const of = bench();
  for (let call = 0; call < 9; call++) of.tracker.reserve(plan());
  const { data } = await (await api(of).request("/api/quota/workspaces")).json();
  const [acme, byDefault] = data;
  assertEquals([acme.workspace_id, acme.status, acme.percentage], ["acme", "warning", 90]);
  assertEquals([acme.tightest.name, acme.tightest.model, acme.tightest.limit], ["requests_per_minute", null, 10]);
  assertEquals([acme.cause.code, acme.calls], ["requests_per_minute", 0]);
  assertEquals([byDefault.workspace_id, byDefault.status, byDefault.percentage], ["default", "normal", 0]);
  assertEquals([byDefault.cause, data.length], [null, 2]);
});

Deno.test("a workspace is listed with what it spent today, and with the budget that is its tightest limit", async () => {
  const of = bench({ pricing: fakePricing() });
  await keeper(of).set("acme", { budgets: { day: "0.002" } });
  send(of.tracker, ok(100));
  const { data: [acme] } = await (await api(of).request("/api/quota/workspaces")).json();
  assertEquals(acme.spend, { day_usd: "0.001000000", unpriced_calls: 0 });
  assertEquals([acme.budget.period, acme.budget.limit_usd], ["day", "0.002000000"]);
});
