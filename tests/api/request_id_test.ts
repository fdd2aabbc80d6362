/** The id of a request: accepted, made, returned and logged. */
import { assert, assertEquals, assertMatch } from "../support/assert.ts";
import { startUpstream } from "../support/upstream.ts";
import { run, sendRaw, until, Watcher } from "./running.ts";

const UUID = /^[0-9a-f-]{36}$/;

/** The id in the response to a GET. */
async function idOf(url: string, id?: string): Promise<string | null> {
  const response = await fetch(url, { headers: id === undefined ? {} : { "x-request-id": id } });
  await response.body?.cancel();
  return response.headers.get("x-request-id");
}

/** Answered by the front door, by a route, by the pages, and refused by the API and by the gateway. */
const PATHS = ["/healthz", "/api/quota/status", "/api/quota/usage", "/metrics", "/docs", "/nowhere", "/w/-/v1/models"];

Deno.test("every response of the service has the caller's id, or a new one", async () => {
  await using running = await run();
  const { url } = running.service;
  for (const path of PATHS) {
    assertEquals(await idOf(url + path, "01JD:abc.def+/=-"), "01JD:abc.def+/=-", path);
    assertMatch(await idOf(url + path) ?? "", UUID, path);
  }
  assert(await idOf(url + "/healthz") !== await idOf(url + "/healthz"));
});

Deno.test("an id that could disturb the log is replaced", async () => {
  await using running = await run();
  const { url } = running.service;
  for (const id of ["a b", '"', "x".repeat(129), "a,b", "ü"]) {
    assertMatch(await idOf(`${url}/healthz`, id) ?? "", UUID, id);
  }
  const twice =
    "GET /healthz HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\nX-Request-Id: a\r\nX-Request-Id: b\r\n\r\n";
  assertMatch(await sendRaw(running.port, twice.replace("HOST", running.host)), /\r\nx-request-id: [0-9a-f-]{36}\r\n/i);
});

Deno.test("a relayed response keeps the provider's id, and an error in its place has the caller's", async () => {
  const upstream = await startUpstream();
  const running = await run({ QUOTA_UPSTREAM_URL: upstream.url });
  await using _ = running;
  const taken = upstream.take();
  const asked = idOf(`${running.service.url}/v1/models`, "mine");
  (await taken).json({}, 200, { "x-request-id": "req_of_the_provider" });
  assertEquals(await asked, "req_of_the_provider");
  await upstream.close();
  assertEquals(await idOf(`${running.service.url}/v1/models`, "mine"), "mine");
});

Deno.test("a refused WebSocket has the id too, and each has a line in the access log", async () => {
  const logged: Record<string, unknown>[] = [];
  const log = (event: string, fields = {}) => logged.push({ event, ...fields });
  await using running = await run({ QUOTA_ACCESS_LOG: "on" }, { log });
  for (const path of ["/nowhere", "/v1/files?key=secret"]) {
    const upgrade = `GET ${path} HTTP/1.1\r\nHost: ${running.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `X-Request-Id: mine\r\n\r\n`;
    assertMatch(await sendRaw(running.port, upgrade), /^HTTP\/1.1 404 .*\r\nx-request-id: mine\r\n/s);
  }
  const watcher = new Watcher(running, "?workspace_id=acme", { headers: { "x-request-id": "watching" } });
  await watcher.received(1);
  await watcher.close();
  await until(() => logged.length >= 3, "three lines");
  assertEquals(logged.map(({ event, path, request_id }) => [event, path, request_id]), [
    ["socket", "/nowhere", "mine"],
    ["socket", "/v1/files", "mine"],
    ["socket", "/api/quota/ws", "watching"],
  ]);
});

Deno.test("with QUOTA_ACCESS_LOG=on each request is logged at its end, without its query; by default none is", async () => {
  const logged: Record<string, unknown>[] = [];
  const log = (event: string, fields = {}) => logged.push({ event, ...fields });
  await using silent = await run({}, { log });
  await idOf(`${silent.service.url}/healthz`);
  await using running = await run({ QUOTA_ACCESS_LOG: "on" }, {
    log,
  });
  const { url } = running.service;
  await idOf(`${url}/healthz`, "first");
  await idOf(`${url}/api/quota/usage?key=secret`, "second");
  await (await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    body: "{}",
    headers: { "x-request-id": "third" },
  })).text();
  await until(() => logged.length >= 3, "three lines");
  const common = { address: "127.0.0.1", complete: true };
  assertEquals(logged.map((line): Record<string, unknown> => ({ ...line, duration_ms: typeof line.duration_ms })), [
    {
      event: "probe",
      request_id: "first",
      method: "GET",
      path: "/healthz",
      status: 200,
      ...common,
      duration_ms: "number",
    },
    {
      event: "request",
      request_id: "second",
      method: "GET",
      path: "/api/quota/usage",
      status: 200,
      ...common,
      duration_ms: "number",
    },
    {
      event: "request",
      request_id: "third",
      method: "POST",
      path: "/v1/chat/completions",
      status: 502,
      ...common,
      duration_ms: "number",
    },
  ]);
});
