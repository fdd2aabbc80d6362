/** Keys on the routes for programs that report: reservations and attempts. */
import { assertEquals } from "../support/assert.ts";
import { type TeamService, withTeamService } from "../support/team_service.ts";
import { report } from "./requests.ts";

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

const send = async ({ url }: TeamService, key: string, path: string, body: object): Promise<Answer> => {
  const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
  const response = await fetch(`${url}/api/quota/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
};

const statusOf = async ({ url, keys }: TeamService, workspace_id = "acme") => {
  const headers = { authorization: `Bearer ${keys.admin}` };
  return await (await fetch(`${url}/api/quota/status?workspace_id=${workspace_id}`, { headers })).json();
};

const reservation = (over: object = {}) => ({ id: "attempt-of-acme", workspace_id: "acme", tokens: 9, ...over });

Deno.test("a key neither ends nor replaces the reservation of another workspace by naming its attempt", () =>
  withTeamService(async (service) => {
    const owner = service.keys.ingest!;
    const stranger = service.create({ kind: "ingest", workspaces: ["beta"] }).text;
    assertEquals((await send(service, owner, "reservations", reservation())).status, 201);
    const stolen = report({ id: "attempt-of-acme", workspace_id: "beta" });
    const own = report({ id: "attempt-of-beta", workspace_id: "beta" });
    const answers = [
      await send(service, stranger, "attempts", { attempts: [own, stolen] }),
      await send(service, stranger, "reservations", reservation({ workspace_id: "beta" })),
    ];
    assertEquals(answers.map(({ status, body }) => [status, body.code]), [
      [409, "reserved_elsewhere"],
      [409, "reserved_elsewhere"],
    ]);
    // The refused batch has stored nothing.
    assertEquals((await statusOf(service, "beta")).usage.attempts, 0);
    assertEquals((await statusOf(service)).stats.requests_per_minute.reserved, 1);
    const mine = report({ id: "attempt-of-acme", workspace_id: "acme" });
    assertEquals((await send(service, owner, "attempts", { attempts: [mine] })).body, { stored: 1, duplicates: 0 });
    const { current, reserved } = (await statusOf(service)).stats.requests_per_minute;
    assertEquals([current, reserved], [1, 0]);
  }));

Deno.test("a batch that names one foreign workspace is refused as a whole", () =>
  withTeamService(async (service) => {
    const attempts = [report({ workspace_id: "acme" }), report({ workspace_id: "other" })];
    const { status, body } = await send(service, service.keys.ingest!, "attempts", { attempts });
    assertEquals([status, body.code, (await statusOf(service)).usage.attempts], [403, "not_allowed", 0]);
  }));

Deno.test("the app and the models of a key hold for programs that report", () =>
  withTeamService(async (service) => {
    const { text } = service.create({ kind: "ingest", workspaces: ["acme"], app: "nightly", models: ["gpt-5.4"] });
    const reserve = async (id: string, model: string | null) =>
      (await send(service, text, "reservations", reservation({ id, model }))).status;
    assertEquals([await reserve("attempt-1", "gpt-5.4-2026-03-01"), await reserve("attempt-2", "gpt-6")], [201, 403]);
    await send(service, text, "attempts", { attempts: [report({ id: "attempt-1", app: "made up" })] });
    const [row] = await service.ledger.attempts("acme", 1);
    assertEquals(row.app, "nightly");
  }));

Deno.test("an attempt has the id of its key, in the gateway and in reports, which cannot name another", () =>
  withTeamService(async (service) => {
    const { keys, upstream, ledger, url } = service;
    upstream.reply((exchange) => exchange.json({ model: "gpt-5.4" }));
    const headers = { authorization: `Bearer ${keys.ingest}~sk-provider`, "content-type": "application/json" };
    const called = await fetch(`${url}/v1/chat/completions`, { method: "POST", headers, body: '{"model":"gpt-5.4"}' });
    assertEquals([called.status, await called.text() !== ""], [200, true]);
    await send(service, keys.ingest!, "attempts", { attempts: [report({ workspace_id: "acme", run: "nightly" })] });
    const forged = [report({ id: "attempt-forged", workspace_id: "acme", key_id: "another" })];
    assertEquals((await send(service, keys.ingest!, "attempts", { attempts: forged })).status, 400);
    const rows = await ledger.attempts("acme", 10);
    const id = service.idOf("ingest");
    assertEquals(rows.map(({ key_id }) => key_id), [id, id]);
    assertEquals(new Set(rows.map(({ run }) => run)), new Set(["nightly", null]));
  }));
