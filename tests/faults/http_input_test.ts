import { TrustedProxies } from "../../server/access/client_address.ts";
import { defaultBounds } from "../../server/config/bounds.ts";
import { connect } from "node:net";
import { createServer } from "node:http";
import { FrontDoor } from "../../server/front/front_door.ts";
import { Lazy } from "../../server/runtime/lazy_import.ts";
import { Problem } from "../../shared/problem_schema.ts";
import { run, sendRaw, until } from "../api/running.ts";
import { assert, assertEquals, assertMatch } from "../support/assert.ts";

const CHUNKED = "Transfer-Encoding: chunked";
const BODY = "0\r\n\r\n";

/** Requests that two parsers might read differently; `HOST` stands for the correct Host line. */
const AMBIGUOUS: [string, string][] = [
  ["both lengths", `POST /healthz HTTP/1.1\r\nHOST\r\nContent-Length: 4\r\n${CHUNKED}\r\n\r\n${BODY}`],
  ["both lengths, the other way", `POST /healthz HTTP/1.1\r\nHOST\r\n${CHUNKED}\r\nContent-Length: 4\r\n\r\n${BODY}`],
  ["two lengths", "POST /healthz HTTP/1.1\r\nHOST\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde"],
  ["a list of lengths", "POST /healthz HTTP/1.1\r\nHOST\r\nContent-Length: 4, 4\r\n\r\nabcd"],
  ["a length with a sign", "POST /healthz HTTP/1.1\r\nHOST\r\nContent-Length: +4\r\n\r\nabcd"],
  ["an unknown encoding", `POST /healthz HTTP/1.1\r\nHOST\r\nTransfer-Encoding: xchunked\r\n\r\n${BODY}`],
  ["a space before the colon", `POST /healthz HTTP/1.1\r\nHOST\r\nTransfer-Encoding : chunked\r\n\r\n${BODY}`],
  ["a chunk size that is not hexadecimal", `POST /healthz HTTP/1.1\r\nHOST\r\n${CHUNKED}\r\n\r\nZZ\r\nabc\r\n${BODY}`],
  ["two hosts", "GET /healthz HTTP/1.1\r\nHOST\r\nHOST\r\n\r\n"],
  ["two hosts, one foreign", "GET /healthz HTTP/1.1\r\nHOST\r\nHost: evil.example\r\n\r\n"],
  ["two hosts in one line", "GET /healthz HTTP/1.1\r\nHOST, evil.example\r\n\r\n"],
  ["no host", "GET /healthz HTTP/1.1\r\n\r\n"],
  ["no host in HTTP/1.0", "GET /healthz HTTP/1.0\r\n\r\n"],
  ["a folded header", "GET /healthz HTTP/1.1\r\nHOST\r\nX-A: b\r\n c\r\n\r\n"],
  ["a header folded by a tab", "GET /healthz HTTP/1.1\r\nHOST\r\nX-A: b\r\n\tc\r\n\r\n"],
  ["a folded host", "GET /healthz HTTP/1.1\r\nHost:\r\n 127.0.0.1\r\nHOST\r\n\r\n"],
  ["bare line feeds", "GET /healthz HTTP/1.1\nHOST\n\n"],
  ["a carriage return in a header", "GET /healthz HTTP/1.1\r\nHOST\r\nX: a\rb\r\n\r\n"],
  ["NUL in a header", "GET /healthz HTTP/1.1\r\nHOST\r\nX: a\0b\r\n\r\n"],
  ["NUL in the path", "GET /heal\0thz HTTP/1.1\r\nHOST\r\n\r\n"],
  ["TLS", "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"],
  ["a head of 200 kB", `GET /healthz HTTP/1.1\r\nHOST\r\nX: ${"x".repeat(200_000)}\r\n\r\n`],
];
for (const [name, request] of AMBIGUOUS) {
  Deno.test(`FAULT 47: ${name} is refused, and the connection is closed`, async () => {
    await using running = await run();
    const answer = await sendRaw(running.port, request.replaceAll("HOST", `Host: ${running.host}`));
    assertMatch(answer, /^HTTP\/1\.1 (400|403) /);
    assertEquals(answer.split("HTTP/1.1 ").length, 2, "one answer, not two");
    assertEquals((await fetch(`http://${running.host}/healthz`).then((well) => well.json())).status, "ok");
  });
}

Deno.test("a request that is not HTTP gets a problem body", async () => {
  await using running = await run();
  const answer = await sendRaw(running.port, "GET /healthz HTTP/1.1\r\nbad header\r\n\r\n");
  const [head, body] = answer.split("\r\n\r\n");
  assertMatch(head, /application\/problem\+json/);
  assertEquals(Problem.parse(JSON.parse(body)).code, "invalid_request");
});

Deno.test("FAULT 47: invalid bytes after a valid request on a connection are not answered as a request", async () => {
  await using running = await run();
  const good = `GET /healthz HTTP/1.1\r\nHost: ${running.host}\r\n\r\n`;
  const answer = await sendRaw(running.port, `${good}GET /healthz HTTP/1.1\r\nbad header\r\n\r\n`);
  assert(answer.split(/HTTP\/1\.1 200/).length <= 2, answer);
});

const UNROUTABLE = [
  "/v1/../api/quota/reset",
  "/v1/..",
  "/api/quota/./status",
  "/v1/%2e%2e/api/quota/status",
  "/v1/%2E./api/quota/status",
  "/v1/..%2fapi/quota/status",
  "/v1\\..\\api",
  "/docs/%00",
  "http://127.0.0.1/healthz",
  "//127.0.0.1/../healthz",
];
for (const target of UNROUTABLE) {
  Deno.test(`FAULT 49: ${target} is refused before any route`, async () => {
    await using running = await run();
    const answer = await sendRaw(running.port, `GET ${target} HTTP/1.1\r\nHost: ${running.host}\r\n\r\n`);
    assertMatch(answer, /^HTTP\/1\.1 400 /);
    assertEquals(bodyCode(answer), "malformed_path");
    assertEquals(running.service.tracker.status("default").usage.attempts, 0);
  });
}

Deno.test("FAULT 49: an upgrade by dot segments is refused as well", async () => {
  await using running = await run();
  const head = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
    "Sec-WebSocket-Version: 13\r\n\r\n";
  const request = `GET /v1/../api/quota/ws HTTP/1.1\r\nHost: ${running.host}\r\n${head}`;
  assertEquals(bodyCode(await sendRaw(running.port, request)), "malformed_path");
});

for (
  const [name, path, refused] of [["the API", "/api/quota/status", 403], ["the gateway", "/v1/models", 403]] as const
) {
  Deno.test(`a web page is refused by ${name}, with an error in that API's shape`, async () => {
    await using running = await run();
    const answer = await fetch(`http://${running.host}${path}`, { headers: { origin: "https://evil.example" } });
    const body = await answer.json();
    assertEquals([answer.status, (body.error ?? body).code], [refused, "foreign_origin"]);
    assertEquals(answer.headers.get("access-control-allow-origin"), null);
  });
}

Deno.test("CONNECT and TRACE are refused", async () => {
  await using running = await run();
  const connected = await sendRaw(running.port, `CONNECT evil.example:443 HTTP/1.1\r\nHost: ${running.host}\r\n\r\n`);
  assertEquals(connected.includes(" 200 "), false);
  const trace = `TRACE /healthz HTTP/1.1\r\nHost: ${running.host}\r\nX-Secret: a\r\nConnection: close\r\n\r\n`;
  assertMatch(await sendRaw(running.port, trace), /^HTTP\/1\.1 405 (?!.*X-Secret)/s);
});

Deno.test("FAULT 53: a body over the maximum is refused on the port, with a declared length or in chunks", async () => {
  await using running = await run();
  const large = "x".repeat(1024 * 1024 + 1);
  const init = { method: "POST", headers: { "content-type": "application/json" } };
  const url = `http://${running.host}/api/quota/attempts`;
  for (const body of [large, new Blob([large]).stream()]) {
    const answer = await fetch(url, { ...init, body });
    assertEquals([answer.status, (await answer.json()).code], [413, "body_too_large"]);
  }
  // Declared but never sent: refused without waiting for the body.
  const said = `POST /api/quota/attempts HTTP/1.1\r\nHost: ${running.host}\r\nContent-Type: application/json\r\n` +
    "Content-Length: 99999999\r\n\r\n";
  assertEquals(bodyCode(await sendRaw(running.port, said, /body_too_large.*\}/s)), "body_too_large");
});

Deno.test("FAULT 48: a caller who sends their head or request too slowly is disconnected", async () => {
  const unused = () => {
    throw new Error("a request was accepted");
  };
  const part = new Lazy<never>(unused, unused);
  const door = new FrontDoor({
    pages: part,
    gateway: part,
    statusSockets: part,
    gatewaySockets: part,
    health: () => ({}),
    status: unused,
    sendGatewayError: unused,
    log: unused,
    reach: () => ({ isTeam: false, public_url: null, allowed_origins: new Set() }),
    bounds: { ...defaultBounds(), head_timeout_seconds: 0.04, request_timeout_seconds: 0.04 },
    proxies: new TrustedProxies([]),
  });
  await new Promise<void>((resolve) => door.server.listen(0, "127.0.0.1", resolve));
  const { port } = door.server.address() as { port: number };
  const slow = ["", "GET /healthz HTTP/1.1\r\nHost: 127", "GET /healthz HTTP/1.1\r\nX-A: b\r\n"];
  const answers = await Promise.all(slow.map((head) => sendRaw(port, head)));
  for (const answer of answers) assertMatch(answer, /^(HTTP\/1\.1 400 |$)/);
  await new Promise((resolve) => door.server.close(resolve));
});

Deno.test("a request on an open connection while the service stops is answered or disconnected", async () => {
  const running = await run();
  const line = connect(running.port, "127.0.0.1");
  let got = "", closed = false;
  line.on("data", (data) => got += data);
  line.on("error", () => {});
  line.on("close", () => closed = true);
  const request = `GET /healthz HTTP/1.1\r\nHost: ${running.host}\r\n\r\n`;
  line.write(request.slice(0, 30));
  // The service has received the head before it stops.
  await fetch(`http://${running.host}/healthz`).then((answer) => answer.body?.cancel());
  const stopped = running.service.stop();
  line.write(request.slice(30));
  await until(() => got.includes('"status"') || closed, "an answer or the end");
  line.end();
  running.clock.advance(10_000);
  await stopped;
  assertMatch(got, /^(HTTP\/1\.1 200 |$)/);
});

Deno.test("a port in use is reported with its code, and leaves no timer", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as { port: number };
  let code: string | undefined;
  try {
    await using _ = await run({ PORT: String(port) });
  } catch (error) {
    code = (error as { code?: string }).code;
  }
  assertEquals(code, "EADDRINUSE");
  await new Promise((resolve) => taken.close(resolve));
});

function bodyCode(answer: string): string {
  const body = JSON.parse(/\{.*\}/s.exec(answer)![0]);
  return (body.error ?? body).code;
}
