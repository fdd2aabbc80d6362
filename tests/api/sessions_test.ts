/** The dashboard's sign-in over HTTP: what a session's cookie opens, and what it does not. */
import { assert, assertEquals, assertMatch } from "../support/assert.ts";
import { type TeamService, withTeamService } from "../support/team_service.ts";

const CURRENT = "/api/quota/sessions/current";

async function signIn(service: TeamService, kind: string) {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ key: service.keys[kind] });
  const response = await fetch(`${service.url}/api/quota/sessions`, { method: "POST", headers, body });
  const answer = await response.json();
  return { status: response.status, answer, set: response.headers.get("set-cookie") ?? "" };
}

async function cookieOf(service: TeamService, kind: string): Promise<string> {
  return (await signIn(service, kind)).set.split(";")[0];
}

/** Sends a request with a cookie. Returns the status and the code of a problem. */
async function ask(
  service: TeamService,
  cookie: string,
  path: string,
  { method = "GET", origin, body }: { method?: string; origin?: string; body?: object } = {},
): Promise<string> {
  const headers = { cookie, "content-type": "application/json", ...origin === undefined ? {} : { origin } };
  const response = await fetch(service.url + path, { method, headers, body: body && JSON.stringify(body) });
  const code = /"code":"(\w+)"/.exec(await response.text())?.[1];
  return [response.status, code].filter(Boolean).join(" ");
}

Deno.test("a read key and an admin key sign in; others do not", () =>
  withTeamService(async (service) => {
    const read = await signIn(service, "read");
    assertEquals([read.status, read.answer.kind, read.answer.workspaces], [201, "read", ["acme"]]);
    assertEquals(Date.parse(read.answer.expires_at) - service.clock.now(), 12 * 3_600_000);
    assertMatch(read.set, /^qg_session=\S+; Path=\/quota; .*HttpOnly; SameSite=Strict; Secure$/);
    assertEquals((await signIn(service, "admin")).answer.workspaces, ["*"]);
    for (
      const [kind, code] of Object.entries({ ingest: "not_allowed", expired: "key_expired", wrong: "key_invalid" })
    ) {
      const refused = await signIn(service, kind);
      assertEquals([refused.answer.code, refused.set], [code, ""]);
    }
  }));

Deno.test("wrong keys slow an address down, as in a header", () =>
  withTeamService(async (service) => {
    const codes = [];
    for (let count = 0; count < 12; count++) codes.push((await signIn(service, "wrong")).answer.code);
    assertEquals([codes[0], codes.at(-1)], ["key_invalid", "too_many_tries"]);
  }));

Deno.test("a session reads what its key may read", () =>
  withTeamService(async (service) => {
    const [read, admin] = [await cookieOf(service, "read"), await cookieOf(service, "admin")];
    assertEquals(await ask(service, read, "/api/quota/status"), "200");
    assertEquals(await ask(service, read, "/api/quota/status?workspace_id=other"), "403 not_allowed");
    assertEquals(await ask(service, read, "/api/quota/keys"), "403 not_allowed");
    assertEquals(await ask(service, admin, "/api/quota/keys"), "200");
    assertEquals(await ask(service, "qg_session=made-up", "/api/quota/status"), "401 key_missing");
  }));

Deno.test("a session changes something only for a page of the service", () =>
  withTeamService(async (service) => {
    const admin = await cookieOf(service, "admin");
    const change = (origin?: string) =>
      ask(service, admin, "/api/quota/keys", { method: "POST", origin, body: { kind: "admin" } });
    assertEquals([await change(), await change("null")].map((text) => text.slice(0, 3)), ["403", "403"]);
    for (const origin of ["https://evil.dev", "https://chat.acme.dev"]) assertMatch(await change(origin), /^403/);
    assertEquals([await change(service.url), await change("https://tools.acme.dev")], ["201", "201"]);
  }));

Deno.test("the gateway takes no session, and the cookie does not reach the provider", () =>
  withTeamService(async (service) => {
    for (const kind of ["read", "admin"]) {
      const headers = { cookie: await cookieOf(service, kind), authorization: "Bearer sk-1" };
      const response = await fetch(`${service.url}/v1/models`, { headers });
      assertEquals([response.status, service.upstream.entries.length], [401, 0]);
      await response.body?.cancel();
    }
    const headers = {
      cookie: await cookieOf(service, "read"),
      "x-quota-key": service.keys.ingest!,
      authorization: "Bearer sk-1",
    };
    await (await fetch(`${service.url}/v1/models`, { headers })).body?.cancel();
    assert(!JSON.stringify(service.upstream.entries.map((entry) => entry.headers)).includes("qg_session"));
  }));

Deno.test("a session ends with its key, by signing out, and after 12 hours", () =>
  withTeamService(async (service) => {
    const { text, id } = service.create({ kind: "read", workspaces: ["acme"] });
    service.keys.other = text;
    const [revoked, closed, aged] = [
      await cookieOf(service, "other"),
      await cookieOf(service, "read"),
      await cookieOf(service, "read"),
    ];
    service.revoke(id);
    assertEquals(await ask(service, revoked, CURRENT), "401 key_missing");
    assertEquals(await ask(service, closed, CURRENT, { method: "DELETE", origin: service.url }), "204");
    assertEquals([await ask(service, closed, CURRENT), await ask(service, aged, CURRENT)], ["401 key_missing", "200"]);
    service.clock.advance(12 * 3_600_000);
    assertEquals(await ask(service, aged, CURRENT), "401 key_missing");
  }));
