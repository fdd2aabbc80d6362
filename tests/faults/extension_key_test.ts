/** The extension's connection to a real service with keys, below a path. */
import { Connector, type Environment } from "../../extension/connection/connector.ts";
import { parseSettings } from "../../extension/state/settings_check.ts";
import { redeem } from "../../extension/pages/form/redeem.ts";
import { pollStatus } from "../../extension/connection/rest.ts";
import { openSocket } from "../../extension/connection/socket.ts";
import { until } from "../api/running.ts";
import { assertEquals } from "../support/assert.ts";
import { type TeamService, withTeamService } from "../support/team_service.ts";

const DISCONNECT = { type: "configure", target: null, refusal: null } as const;

/** Connects with a key. The test has the clock, and the log of what was tried. */
function connect({ url, clock }: TeamService, key: string | null) {
  const tried: string[] = [];
  const environment: Environment = {
    now: () => clock.now(),
    random: () => 0.5,
    openSocket: (...args) => (tried.push("socket"), openSocket(...args)),
    pollStatus: (...args) => (tried.push("poll"), pollStatus(...args)),
    after: () => () => {},
  };
  const connector = new Connector(null, () => {}, environment);
  const target = { server_url: `${url}/quota`, workspace_id: "acme", key };
  connector.dispatch({ type: "configure", target, refusal: null });
  return { connector, tried };
}

Deno.test("the extension is live with a ticket below a path; a revoked key is refused and tried once a minute", () =>
  withTeamService(async (service) => {
    const { text, id } = service.create({ kind: "read", workspaces: ["acme"] });
    const { connector, tried } = connect(service, text);
    await until(() => connector.view.connection === "live", "the first status");
    assertEquals(tried, ["socket"]);

    service.revoke(id);
    await until(() => connector.view.connection === "key_refused", "the refusal");
    assertEquals(connector.view.problem, "The key was refused: pair this browser again in the options.");
    for (const wait of [1000, 30_000, 28_000]) {
      service.clock.advance(wait);
      connector.dispatch({ type: "tick" });
    }
    assertEquals(tried, ["socket", "poll"]);
    service.clock.advance(1000);
    connector.dispatch({ type: "tick" });
    await until(() => tried.length === 4, "one more attempt, and the poll that gets its reason");
    await until(() => connector.view.retry_at === service.clock.now() + 60_000, "the next wait");
    assertEquals(connector.view.connection, "key_refused");
    connector.dispatch(DISCONNECT);
  }));

Deno.test("without a key the extension says that the service needs one", () =>
  withTeamService(async (service) => {
    const { connector } = connect(service, null);
    // The service waits for a ticket, which the extension cannot get.
    await until(() => connector.view.connection !== "unconfigured", "an attempt");
    service.clock.advance(10_000);
    connector.dispatch({ type: "tick" });
    await until(() => connector.view.connection === "key_refused", "the refusal");
    assertEquals(connector.view.problem, "The service needs a key: pair this browser in the options.");
    connector.dispatch(DISCONNECT);
  }));

Deno.test("FAULT 58: a pasted base URL below a path pairs, gets its ticket and is live below that path", () =>
  withTeamService(async (service) => {
    const { port, keys } = service;
    await using proxy = startPathProxy("/tools/quota", `http://127.0.0.1:${port}`);
    const typed = { workspace_id: "", chat_page: "", server_url: `${proxy.url}/tools/quota/w/ACME/v1/?x=1` };
    const settings = parseSettings(typed)!;
    assertEquals([settings.server_url, settings.workspace_id], [`${proxy.url}/tools/quota`, "acme"]);

    const made = await fetch(`${settings.server_url}/api/quota/pairing`, {
      method: "POST",
      headers: { authorization: `Bearer ${keys.admin}`, "content-type": "application/json" },
      body: JSON.stringify({ workspace_id: settings.workspace_id }),
    });
    const { code } = await made.json();
    const redeemed = await redeem(settings.server_url, code, "Chromium on Linux");
    const key = "key" in redeemed ? redeemed.key : redeemed.sentence;
    const result = await pollStatus({ ...settings, key }, new AbortController().signal);
    assertEquals(result.kind, "status");
    const opened: string[] = [];
    const ticket = Promise.withResolvers<void>();
    const socket = openSocket(1, { ...settings, key }, () => {}, (url) => {
      opened.push(url);
      ticket.resolve();
      return new WebSocket(url);
    });
    await ticket.promise;
    socket.close();
    assertEquals(opened, [`${settings.server_url.replace("http", "ws")}/api/quota/ws?workspace_id=acme`]);
    assertEquals(proxy.refused, []);
  }));

/** Forwards requests below a path without it, as a reverse proxy does, and refuses all others. */
function startPathProxy(path: string, to: string) {
  const refused: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const url = new URL(request.url);
    if (url.pathname.startsWith(`${path}/`)) {
      const { method, headers } = request;
      const body = method === "GET" ? undefined : await request.text();
      return await fetch(to + url.pathname.slice(path.length) + url.search, { method, headers, body });
    }
    refused.push(url.pathname);
    return new Response("Not here", { status: 404 });
  });
  return { url: `http://127.0.0.1:${server.addr.port}`, refused, [Symbol.asyncDispose]: () => server.shutdown() };
}
