/** The gateway behind a real proxy: calls, streams and WebSockets pass through it, and its refusals are not counted. */
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import OpenAI from "openai";
import { WebSocket } from "ws";
import { readConfig } from "../../server/config/config.ts";
import { createUpstream } from "../../server/gateway/upstream/upstream.ts";
import { openMemoryLedger } from "../../server/ledger/memory/memory.ts";
import { systemClock } from "../../server/runtime/system_clock.ts";
import { startService as startInProcess } from "../../server/service.ts";
import { assertEquals, assertRejects, assertStringIncludes } from "../support/assert.ts";
import { CERTIFICATE, CERTIFICATE_KEY } from "../support/certificate.ts";
import { ManualClock } from "../support/clock.ts";
import { type ConnectProxy, CREDENTIALS, startConnectProxy } from "../support/connect_proxy.ts";
import { eventually } from "../support/eventually.ts";
import { startService } from "../support/service.ts";
import { startSocketUpstream } from "../support/socket_upstream.ts";
import { startUpstream } from "../support/upstream.ts";
import { call, rest } from "../support/upstream_client.ts";
import { HELLO } from "./room.ts";

/** The upstream's URL under a name that only the proxy can resolve. */
function hidden(url: string): string {
  return url.replace("127.0.0.1", "provider.test");
}

async function withProxy(use: (proxy: ConnectProxy) => Promise<void>): Promise<void> {
  const proxy = await startConnectProxy();
  try {
    await use(proxy);
  } finally {
    await proxy.close();
  }
}

Deno.test("the service, with its usual permissions, reaches the upstream through HTTP_PROXY and logs no credentials", () =>
  withProxy(async (proxy) => {
    const upstream = await startUpstream();
    const service = await startService({ upstream: hidden(upstream.url), env: { http_proxy: proxy.url } });
    const client = new OpenAI({ baseURL: service.gateway("acme"), apiKey: "sk-caller", maxRetries: 0 });
    try {
      assertEquals((await client.chat.completions.create(HELLO)).object, "chat.completion");
      let chunks = 0;
      for await (const _ of await client.chat.completions.create({ ...HELLO, stream: true })) chunks++;
      assertEquals(chunks > 1, true);
      const host = new URL(upstream.url).host.replace("127.0.0.1", "provider.test");
      assertEquals([...new Set(proxy.targets)], [`tunnel ${host}`]);
      for (const { headers } of upstream.entries) {
        assertEquals([headers.host, headers["proxy-authorization"]], [host, undefined]);
      }
      assertStringIncludes(service.output, `(through the proxy ${proxy.name})`);
    } finally {
      await service.close();
      await upstream.close();
    }
    const { username, password } = CREDENTIALS;
    for (const secret of [username, password, encodeURIComponent(password)]) {
      assertEquals(service.output.includes(`${secret}:`) || service.output.includes(`${secret}@`), false);
    }
  }));

Deno.test("a WebSocket passes through the proxy, and its responses are counted", () =>
  withProxy(async (proxy) => {
    const upstream = await startSocketUpstream();
    const config = readConfig({ PORT: "0", QUOTA_UPSTREAM_URL: hidden(upstream.url), HTTP_PROXY: proxy.url });
    const service = await startInProcess({ config, ledger: openMemoryLedger(), clock: systemClock(), log: () => {} });
    const socket = new WebSocket(`${service.url.replace("http", "ws")}/w/acme/v1/realtime?model=gpt-realtime`);
    try {
      const received: string[] = [];
      socket.on("message", (data) => received.push(JSON.parse(String(data)).type));
      await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
      socket.send('{"type":"response.create"}');
      await eventually(() => assertEquals(received.at(-1), "response.done"));
      assertEquals(service.tracker.status("acme").usage.total_tokens, 7);
      assertEquals(proxy.targets.length, 1);
    } finally {
      socket.terminate();
      await service.stop(0);
      await upstream.close();
    }
  }));

Deno.test("if the proxy refuses, calls and WebSockets get an error that names it, and nothing is counted or reserved", () =>
  withProxy(async (proxy) => {
    const upstream = await startUpstream();
    const wrong = proxy.url.replace(CREDENTIALS.username, "nobody");
    const config = readConfig({ PORT: "0", QUOTA_UPSTREAM_URL: hidden(upstream.url), HTTP_PROXY: wrong });
    const logged: unknown[] = [];
    const log = (...event: unknown[]) => void logged.push(event);
    const service = await startInProcess({ config, ledger: openMemoryLedger(), clock: systemClock(), log });
    const reason =
      `Cannot reach the upstream ${
        new URL(hidden(upstream.url)).host
      }: the proxy ${proxy.name} refused the tunnel with 407 ` +
      "Proxy Authentication Required. Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY";
    try {
      const client = new OpenAI({ baseURL: `${service.url}/w/acme/v1`, apiKey: "sk-caller", maxRetries: 0 });
      const error = await assertRejects(() => client.chat.completions.create(HELLO), OpenAI.InternalServerError);
      assertEquals([error.status, error.code], [502, "upstream_unreachable"]);
      assertStringIncludes(error.message, reason);
      assertStringIncludes(await refusalOf(`${service.url}/w/acme/v1/realtime`), reason);
      const { usage, stats } = service.tracker.status("acme");
      assertEquals([usage.attempts, usage.total_tokens, service.tracker.inFlight], [0, 0, 0]);
      assertEquals([stats.requests_per_minute?.current, stats.requests_per_minute?.reserved], [0, 0]);
      assertEquals(upstream.entries.length, 0);
    } finally {
      await service.stop(0);
      await upstream.close();
    }
    assertEquals(JSON.stringify(logged).includes(encodeURIComponent(CREDENTIALS.password)), false);
  }));

/** The body of the response that refuses an upgrade. */
function refusalOf(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace("http", "ws"));
    socket.on("error", () => {});
    socket.on("open", () => reject(new Error("The upgrade was not refused")));
    socket.on("unexpected-response", (_request, response) => {
      let body = "";
      response.on("data", (part: Uint8Array) => body += part).on("end", () => resolve(body));
    });
  });
}

Deno.test("the gateway uses TLS with the upstream through the proxy's tunnel, and later calls reuse the tunnel", () =>
  withProxy(async (proxy) => {
    const server = createSecureServer({ cert: CERTIFICATE, key: CERTIFICATE_KEY }, (_, response) => response.end("ok"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `https://localhost:${(server.address() as AddressInfo).port}`;
    const clock = new ManualClock();
    const trusting = createUpstream(url, { clock, proxy: proxy.url, ca: CERTIFICATE });
    const usual = createUpstream(url, { clock, proxy: proxy.url });
    try {
      for (let nth = 0; nth < 3; nth++) {
        assertEquals(await call(trusting), { status: 200, body: "ok", outcome: "ended" });
        rest(clock);
      }
      assertEquals(proxy.targets, [`tunnel ${new URL(url).host}`]);
      const code = "DEPTH_ZERO_SELF_SIGNED_CERT";
      assertEquals((await call(usual)).outcome, { code, message: code, unsent: true });
    } finally {
      trusting.close();
      usual.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }));
