import { assertEquals, assertStringIncludes } from "../../../tests/support/assert.ts";
import { ManualClock } from "../../../tests/support/clock.ts";
import { eventually } from "../../../tests/support/eventually.ts";
import { type RawReply, type RawServer, startRawServer } from "../../../tests/support/raw_server.ts";
import { call, OK, rest, send } from "../../../tests/support/upstream_client.ts";
import type { Failure } from "./response_handler.ts";
import { parseProxy, TUNNEL_MS } from "./tunnel.ts";
import { createUpstream, type Upstream } from "./upstream.ts";

const ESTABLISHED = "HTTP/1.1 200 Connection established\r\n\r\n";

/** A proxy with these replies, and an upstream behind it. */
function withProxy(reply: RawReply, use: (upstream: Upstream, proxy: RawServer, clock: ManualClock) => Promise<void>) {
  return async () => {
    const server = await startRawServer(reply);
    const clock = new ManualClock();
    const proxy = `http://us%65r:p%3Aw@127.0.0.1:${server.port}`;
    const upstream = createUpstream("http://provider.test:8080/v1", { clock, proxy });
    try {
      await use(upstream, server, clock);
    } finally {
      upstream.close();
      await server.close();
    }
    assertEquals(clock.pending, 0, "a timer is left");
  };
}

Deno.test(
  "each connection asks for a tunnel, with the credentials; calls pass through it unchanged",
  withProxy((socket, nth) => socket.write(nth === 0 ? ESTABLISHED : OK), async (upstream, proxy, clock) => {
    for (let nth = 0; nth < 2; nth++) {
      assertEquals((await call(upstream)).body, "ok");
      rest(clock);
    }
    const [connect, ...calls] = proxy.requests;
    const credentials = btoa("user:p:w");
    assertEquals(
      connect,
      `CONNECT provider.test:8080 HTTP/1.1\r\nhost: provider.test:8080\r\nproxy-authorization: Basic ${credentials}\r\n\r\n`,
    );
    assertEquals(calls.length, 2);
    for (const text of calls) {
      assertStringIncludes(text, "POST /v1/chat HTTP/1.1\r\nhost: provider.test:8080\r\n");
      assertEquals(text.includes("authorization"), false);
    }
  }),
);

interface Case {
  what: string;
  reply: RawReply;
  code: string;
  message: string;
}

const FAILURES: Case[] = [
  {
    what: "asks for other credentials",
    reply: (socket) => socket.write("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n"),
    code: "PROXY_REFUSED",
    message: "refused the tunnel with 407 Proxy Authentication Required",
  },
  {
    what: "forbids the host",
    reply: (socket) => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n<p>no</p>"),
    code: "PROXY_REFUSED",
    message: "refused the tunnel with 403 Forbidden",
  },
  {
    what: "cannot reach the host",
    reply: (socket) => socket.end("HTTP/1.1 502\r\n\r\n"),
    code: "PROXY_REFUSED",
    message: "refused the tunnel with 502",
  },
  {
    what: "closes the connection",
    reply: (socket) => socket.destroy(),
    code: "PROXY_CLOSED",
    message: "closed the connection before it opened a tunnel",
  },
  {
    what: "does not speak HTTP",
    reply: (socket) => socket.write("SSH-2.0-x\r\n"),
    code: "PROXY_MALFORMED",
    message: "does not answer CONNECT in HTTP/1.1",
  },
  {
    what: "sends data that no request asked for",
    reply: (socket) => socket.write(`${ESTABLISHED}x`),
    code: "PROXY_MALFORMED",
    message: "does not answer CONNECT in HTTP/1.1",
  },
];

for (const { what, reply, code, message } of FAILURES) {
  Deno.test(
    `a proxy that ${what}: nothing was sent, and the error names the proxy without its credentials`,
    withProxy(reply, async (upstream, proxy) => {
      const failure = (await call(upstream)).outcome;
      assertEquals(failure, { code, message: `the proxy http://127.0.0.1:${proxy.port} ${message}`, unsent: true });
      await eventually(() => assertEquals(proxy.open, 0));
    }),
  );
}

Deno.test(
  "a proxy that does not answer is given up after 10 s",
  withProxy(() => {}, async (upstream, proxy, clock) => {
    const handler = send(upstream);
    await eventually(() => assertEquals(proxy.requests.length, 1));
    clock.advance(TUNNEL_MS);
    const failure = await handler.outcome.promise as Failure;
    assertEquals([failure.code, failure.unsent], ["PROXY_TIMEOUT", true]);
    assertStringIncludes(failure.message, "opened no tunnel within 10 s");
    await eventually(() => assertEquals(proxy.open, 0));
  }),
);

Deno.test(
  "a call that is aborted while its tunnel opens closes the connection to the proxy",
  withProxy(() => {}, async (upstream, proxy) => {
    const handler = send(upstream);
    await eventually(() => assertEquals(proxy.requests.length, 1));
    handler.control.abort(handler);
    await eventually(() => assertEquals(proxy.open, 0));
  }),
);

Deno.test("a proxy that cannot be reached: nothing was sent", async () => {
  const { port, close } = await startRawServer(() => {});
  await close();
  const upstream = createUpstream("https://provider.test", {
    clock: new ManualClock(),
    proxy: `http://127.0.0.1:${port}`,
  });
  const message = `the proxy http://127.0.0.1:${port} cannot be reached: ECONNREFUSED`;
  assertEquals((await call(upstream)).outcome, { code: "PROXY_UNREACHABLE", message, unsent: true });
});

Deno.test(
  "interim responses to CONNECT are skipped, and the response may arrive in pieces",
  withProxy((socket, nth) => {
    if (nth > 0) return socket.write(OK);
    socket.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 2", () => socket.write("00 OK\r\n\r\n"));
  }, async (upstream) => assertEquals((await call(upstream)).body, "ok")),
);

Deno.test("a proxy's URL gives its address, with port 80 by default, and its credentials apart from its name", () => {
  const [plain, full, ipv6] = ["http://proxy", "http://us%C3%A9r:p%40w@proxy:3128", "http://[::1]:3128"].map(
    parseProxy,
  );
  assertEquals(plain, { address: { host: "proxy", port: 80 }, authorization: null, name: "http://proxy:80" });
  assertEquals(full.authorization, "Basic dXPDqXI6cEB3");
  assertEquals(full.name, "http://proxy:3128");
  assertEquals(ipv6.address, { host: "::1", port: 3128 });
});

const every = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
const ANSWERS = every.flatMap((byte) => [
  `${byte}${ESTABLISHED}`,
  `HTTP/1.1 2${byte}0 OK\r\n\r\n`,
  `HTTP/1.1 200 O${byte}K\r\n\r\n`,
  `HTTP/1.1 200 OK\r\nx${byte}y: z\r\n\r\n`,
  `HTTP/1.1 200 OK\r\nx: y${byte}z\r\n\r\n`,
  `${ESTABLISHED}${byte}`,
]);

Deno.test(
  "FAULT 63: each byte in each place of a proxy's answer fails that call or opens the tunnel, and the next call works",
  withProxy((socket, nth) => {
    const isCall = proxied.has(socket);
    proxied.add(socket);
    if (isCall) socket.end(OK);
    else socket.write(ANSWERS[nth] ?? ESTABLISHED, "latin1", () => nth % 2 > 0 && nth < ANSWERS.length && socket.end());
  }, async (upstream, proxy) => {
    let failed = 0;
    while (proxy.requests.length < ANSWERS.length) {
      const { outcome } = await call(upstream);
      if (outcome !== "ended") failed++;
    }
    assertEquals(failed > ANSWERS.length / 10, true, `${failed} calls failed`);
    const after = await call(upstream);
    assertEquals(after.body, "ok");
  }),
);

/** Connections that have answered CONNECT. */
const proxied = new WeakSet<object>();
