/** The bounds of `docs/ops/limits.md`, each set low and exceeded over the network. */
import { connect } from "node:net";
import { IDLE_MS } from "../../server/tracker/workspaces.ts";
import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "../support/assert.ts";
import { withTeamService } from "../support/team_service.ts";
import { startRawServer } from "../support/raw_server.ts";
import { run, type Running, sendRaw, until, Watcher } from "./running.ts";

/** Opens a connection. `closed` becomes true when the service disconnects it. */
function openConnection(port: number) {
  const socket = connect(port, "127.0.0.1");
  const it = { socket, closed: false };
  socket.on("error", () => {}).on("close", () => it.closed = true).resume();
  return it;
}

/** The number of connections that are served: each gets the response to a request. */
async function served({ host }: Running, connections: ReturnType<typeof openConnection>[]): Promise<number> {
  let answered = 0;
  for (const { socket } of connections) {
    socket.once("data", () => answered++);
    socket.write(`GET /livez HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  }
  await until(
    () => answered + connections.filter(({ closed }) => closed).length === connections.length,
    "an end of each",
  );
  for (const { socket } of connections) socket.destroy();
  return answered;
}

Deno.test("connections are bounded by address, and the log says that some were refused", async () => {
  const log: string[] = [];
  await using running = await run({ QUOTA_MAX_CONNECTIONS_PER_ADDRESS: "3" }, { log: (event) => log.push(event) });
  assertEquals(await served(running, Array.from({ length: 4 }, () => openConnection(running.port))), 3);
  assertEquals(log, ["connections_refused"]);
});

Deno.test("connections are bounded in all", async () => {
  await using running = await run({ QUOTA_MAX_CONNECTIONS: "2" });
  assertEquals(await served(running, Array.from({ length: 4 }, () => openConnection(running.port))), 2);
});

Deno.test("a trusted proxy may open more connections than one address", async () => {
  const settings = { QUOTA_MAX_CONNECTIONS_PER_ADDRESS: "1", QUOTA_TRUSTED_PROXIES: "127.0.0.1" };
  await using running = await run(settings);
  assertEquals(await served(running, Array.from({ length: 3 }, () => openConnection(running.port))), 3);
});

Deno.test("WebSockets are bounded by the address behind a trusted proxy, and a closed one makes room", async () => {
  const settings = { QUOTA_MAX_SOCKETS_PER_ADDRESS: "2", QUOTA_TRUSTED_PROXIES: "127.0.0.1" };
  const key = "an-admin-of-the-test";
  await using running = await run({ ...settings, QUOTA_ADMIN_KEY: key });
  const headers = { authorization: `Bearer ${key}` };
  const from = (address: string) => new Watcher(running, "", { headers: { ...headers, "x-forwarded-for": address } });
  const [first, second] = [from("203.0.113.1"), from("203.0.113.1")];
  await Promise.all([first.received(1), second.received(1)]);
  const third = from("6.6.6.6, 203.0.113.1");
  await until(() => third.refusal !== null, "the refusal");
  assertEquals([third.refusal!.status, third.refusal!.type], [503, "application/problem+json"]);
  assertStringIncludes(third.refusal!.body, "203.0.113.1 has 2 open (QUOTA_MAX_SOCKETS_PER_ADDRESS)");
  const other = from("203.0.113.2");
  await other.received(1);
  await first.close();
  const next = from("203.0.113.1");
  await next.received(1);
});

Deno.test("WebSockets that watch a status are bounded in all", async () => {
  await using running = await run({ QUOTA_MAX_SOCKETS: "1" });
  const first = new Watcher(running);
  await first.received(1);
  assertEquals((await new Watcher(running).end()).reason, "too_many_sockets");
});

Deno.test("WebSockets to the provider are bounded in all", async () => {
  await using running = await run({ QUOTA_MAX_GATEWAY_SOCKETS: "1", QUOTA_MAX_SOCKETS_PER_ADDRESS: "9" });
  const open = () => new Watcher(running, "?model=gpt-realtime", { path: "/v1/realtime", headers: AUTHORIZED });
  const sockets = [open(), open()];
  await until(() => sockets.every(({ refusal }) => refusal !== null), "the ends");
  // The first one ends because nothing listens at the provider's address of this test.
  assertEquals(sockets.map(({ refusal }) => refusal!.status).toSorted(), [502, 503]);
});

const AUTHORIZED = { authorization: "Bearer sk-test" };

Deno.test("the head of a request is bounded in size", async () => {
  await using running = await run({ QUOTA_MAX_HEADER_BYTES: "2000" });
  const head = (bytes: number) =>
    `GET /livez HTTP/1.1\r\nHost: ${running.host}\r\nConnection: close\r\nX-A: ${"a".repeat(bytes)}\r\n\r\n`;
  assertMatch(await sendRaw(running.port, head(1000)), /^HTTP\/1\.1 200 /);
  assertMatch(await sendRaw(running.port, head(3000)), /^HTTP\/1\.1 400 .*its head is too long/s);
});

Deno.test("FAULT 48: a head, a whole request and an idle connection are bounded in time", async () => {
  const seconds = {
    QUOTA_HEAD_TIMEOUT_SECONDS: "1",
    QUOTA_REQUEST_TIMEOUT_SECONDS: "1",
    QUOTA_IDLE_TIMEOUT_SECONDS: "1",
  };
  await using running = await run(seconds);
  const { port, host } = running;
  const slow = [
    "GET /livez HT",
    `POST /api/quota/reset HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 9\r\n\r\nhalf`,
    `GET /livez HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    "",
  ];
  const answers = await Promise.all(slow.map((text) => sendRaw(port, text)));
  assertMatch(answers[2], /^HTTP\/1\.1 200 /);
});

Deno.test("the provider is bounded in time, before its response and within it", async () => {
  const provider = await startRawServer((socket, nth) => {
    if (nth === 1) socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{");
  });
  const seconds = { QUOTA_FIRST_BYTE_TIMEOUT_SECONDS: "1", QUOTA_SILENCE_TIMEOUT_SECONDS: "1" };
  await using running = await run({ QUOTA_UPSTREAM_URL: `http://127.0.0.1:${provider.port}/v1`, ...seconds });
  const ask = () => fetch(`${running.service.url}/v1/models`);
  const silent = await ask();
  const { error } = await silent.json();
  assertEquals([silent.status, error.code], [504, "upstream_timeout"]);
  assertStringIncludes(error.message, "sent nothing for 1 s");
  // Its beginning has reached the caller, so the end is a broken connection.
  const begun = await ask();
  assertEquals(begun.status, 200);
  await assertRejects(() => begun.text(), TypeError);
  await provider.close();
});

Deno.test("bodies for the provider are bounded in size, and so are all of them together", async () => {
  await using running = await run({ QUOTA_MAX_BODY_BYTES: "1000", QUOTA_MAX_BODIES_BYTES: "500" });
  const send = async (bytes: number) => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${running.service.url}/v1/chat/completions`, {
      method: "POST",
      headers,
      body: "1".repeat(bytes),
    });
    return [response.status, (await response.json()).error.code, response.headers.get("retry-after")];
  };
  assertEquals(await send(1001), [413, "body_too_large", null]);
  assertEquals(await send(501), [503, "too_many_bodies", "1"]);
  assertEquals((await send(500))[1], "upstream_unreachable");
});

Deno.test("bodies for the REST API are bounded in size", async () => {
  await using running = await run({ QUOTA_MAX_API_BODY_BYTES: "100" });
  const headers = { "content-type": "application/json" };
  for (const body of ["1".repeat(101), new Blob(["1".repeat(101)]).stream()]) {
    const response = await fetch(`${running.service.url}/api/quota/attempts`, { method: "POST", headers, body });
    assertEquals([response.status, (await response.json()).code], [413, "body_too_large"]);
  }
});

Deno.test("workspaces are bounded in number", async () => {
  await using running = await run({ QUOTA_MAX_WORKSPACES: "2" });
  const call = async (workspace: string) => {
    const response = await fetch(`${running.service.url}/w/${workspace}/v1/models`);
    return (await response.json()).error.code;
  };
  assertEquals(await call("first"), "upstream_unreachable");
  assertEquals(await call("second"), "too_many_workspaces");
});

Deno.test("FAULT 76: a workspace that someone watches makes no room for invented ones; without watchers it does", async () => {
  await using running = await run({ QUOTA_MAX_WORKSPACES: "2" });
  const { clock, service } = running;
  const call = async (workspace: string) => {
    const response = await fetch(`${service.url}/w/${workspace}/v1/models`);
    return (await response.json()).error.code;
  };
  assertEquals(await call("first"), "upstream_unreachable");
  const watcher = new Watcher(running, "?workspace_id=first");
  await watcher.received(1);
  clock.advance(IDLE_MS);
  assertEquals(await call("second"), "too_many_workspaces");
  await watcher.close();
  // The service sees the end of the socket a little later.
  let code = "too_many_workspaces";
  while (code === "too_many_workspaces") {
    clock.advance(IDLE_MS);
    code = await call("second");
  }
  assertEquals(code, "upstream_unreachable");
});

Deno.test("FAULT 76: a workspace that a key names is admitted beyond the maximum", () =>
  withTeamService(async ({ url, keys }) => {
    const headers = { "x-quota-key": keys.ingest!, "content-type": "application/json" };
    const body = '{"model":"m","messages":[]}';
    const response = await fetch(`${url}/v1/chat/completions`, { method: "POST", headers, body });
    assertEquals(response.status, 200);
    await response.body?.cancel();
  }, { QUOTA_MAX_WORKSPACES: "1" }));

Deno.test("calls to the REST API are bounded by key, on every route and on the direct path of the status", () =>
  withTeamService(async ({ url, keys, clock }) => {
    const ask = (path: string, kind: string) =>
      fetch(`${url}/api/quota/${path}`, { headers: { authorization: `Bearer ${keys[kind]}` } });
    const codes = [];
    for (const path of ["status", "usage", "status?workspace_id=%61cme"]) codes.push((await ask(path, "read")).status);
    assertEquals(codes, [200, 200, 200]);
    for (const path of ["status", "usage", "availability"]) {
      const response = await ask(path, "read");
      const { code, detail } = await response.json();
      assertEquals([response.status, code, response.headers.get("retry-after")], [429, "too_many_api_calls", "20"]);
      assertStringIncludes(detail, "3 API calls a minute (QUOTA_API_CALLS_PER_MINUTE)");
      assertEquals(response.headers.get("ratelimit-policy"), '"api_calls";q=3;w=60');
      assertEquals(response.headers.get("ratelimit"), '"api_calls";r=0;t=20');
    }
    assertEquals((await ask("keys", "admin")).status, 200);
    clock.advance(20_000);
    assertEquals((await ask("status", "read")).status, 200);
    assertEquals((await ask("status", "read")).status, 429);
  }, { QUOTA_API_CALLS_PER_MINUTE: "3" }));

Deno.test("calls to the provider are not among the API calls of a key", () =>
  withTeamService(async ({ url, keys, upstream }) => {
    const headers = { authorization: `Bearer ${keys.ingest}~sk-test` };
    for (let call = 0; call < 3; call++) {
      const taken = upstream.take();
      const answer = fetch(`${url}/v1/models`, { headers });
      (await taken).json({});
      assertEquals((await answer).status, 200);
    }
  }, { QUOTA_API_CALLS_PER_MINUTE: "1" }));

Deno.test("wrong keys without a wait are bounded by address", () =>
  withTeamService(async ({ url }) => {
    const status = async () =>
      (await fetch(`${url}/api/quota/status`, { headers: { authorization: "Bearer a" } })).status;
    assertEquals([await status(), await status(), await status()], [401, 401, 429]);
  }, { QUOTA_FREE_TRIES: "2" }));
