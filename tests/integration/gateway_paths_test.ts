import { sendRaw } from "../api/running.ts";
import { assertEquals, assertMatch, assertStringIncludes } from "../support/assert.ts";
import { withUpstream } from "./room.ts";

const UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/** Sends one request with these lines and no body. */
function ask(url: string, line: string, headers = "Connection: close\r\n"): Promise<string> {
  const { host, port } = new URL(url);
  return sendRaw(Number(port), `${line} HTTP/1.1\r\nHost: ${host}\r\n${headers}\r\n`);
}

Deno.test(
  "a path reaches the provider as it was written, also with an encoded slash",
  withUpstream(async ({ service, upstream }) => {
    upstream.reply((exchange) => exchange.json({}));
    const paths = [
      "/models/Qwen%2FQwen3.5-8B",
      "/models/qwen%2fqwen3?a=b%2Fc&d=../e",
      "/models/ft%3Agpt-4o%3Aacme%3A%3Aabc",
      "/files/100%25",
      "/files/a%20b;v=1/content",
      "//models",
    ];
    for (const path of paths) assertMatch(await ask(service.url, `GET /v1${path}`), /^HTTP\/1\.1 200 /, path);
    for (const path of paths) assertMatch(await ask(service.url, `GET /w/acme/v1${path}`), /^HTTP\/1\.1 200 /, path);
    assertEquals(upstream.entries.map(({ path }) => path), [...paths, ...paths].map((path) => `/v1${path}`));
  }),
);

Deno.test(
  "a path that two servers could read differently is refused in words, over HTTP and for a WebSocket",
  withUpstream(async ({ service, upstream, rows }) => {
    const paths = [
      "/v1/..;/a",
      "/v1/%252e%252e/a",
      "/v1/a%5cb",
      "/v1/a%00",
      "/v1/models#a",
      "/v1/%c0%ae/a",
      "/v1/..%2fa",
    ];
    for (const path of paths) {
      for (const headers of ["Connection: close\r\n", UPGRADE]) {
        const answer = await ask(service.url, `GET ${path}`, headers);
        assertMatch(answer, /^HTTP\/1\.1 400 .*"code":"malformed_path"/s, path);
        assertMatch(answer, /Cannot route [^:]+: (it has|a part of it is) [^.]+\. Send a plain path/, path);
      }
    }
    assertEquals([upstream.entries.length, await rows("default")], [0, []]);
  }),
);

Deno.test(
  "TRACE is refused in words, for every path, and reaches no provider",
  withUpstream(async ({ service, upstream, rows }) => {
    for (const path of ["/v1/chat/completions", "/w/acme/v1/models", "/api/quota/status", "/healthz"]) {
      for (const headers of ["Connection: close\r\n", UPGRADE]) {
        const answer = await ask(service.url, `TRACE ${path}`, `Authorization: Bearer sk-secret\r\n${headers}`);
        assertMatch(answer, /^HTTP\/1\.1 405 .*"code":"method_not_allowed"/s, path);
        assertStringIncludes(answer, "Cannot answer TRACE: it would send back the request's headers");
        assertEquals(answer.includes("sk-secret"), false);
      }
    }
    assertMatch(await ask(service.url, "TRACE /v1/models"), /\r\nallow: GET, HEAD, POST, PUT, PATCH, DELETE\r\n/i);
    assertEquals([upstream.entries.length, await rows()], [0, []]);
  }),
);

Deno.test(
  "no header or cookie of this service reaches the provider, whatever its case",
  withUpstream(async ({ service, upstream }) => {
    upstream.reply((exchange) => exchange.json({}));
    const own = "x-Quota-App: b\r\nX-QUOTA-Key-Of-Tomorrow: c\r\nX_Admin_Key: d\r\nX-Workspace-ID: acme\r\n";
    const cookies = "COOKIE: a=1; qg_session=secret\r\nCookie: __Host-QG-csrf=secret; b=2\r\n";
    const answer = await ask(service.url, "GET /v1/models", `${own}${cookies}X-Mine: e\r\nConnection: close\r\n`);
    assertMatch(answer, /^HTTP\/1\.1 200 /);
    const { host: _, connection: __, ...sent } = upstream.entries[0].headers;
    assertMatch(sent.via, /^1\.1 quota-gauge-[\da-f]{8}$/);
    assertEquals([sent["x-mine"], sent.cookie], ["e", "a=1; b=2"]);
    assertEquals(Object.keys(sent).filter((name) => /admin|quota(?!-gauge)|workspace/i.test(name)), []);
  }),
);
