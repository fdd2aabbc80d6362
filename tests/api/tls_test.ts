/** HTTPS without a proxy: every kind of request, and a certificate that changes while the service runs. */
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { connect as connectPlain } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { WebSocket } from "ws";
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "../support/assert.ts";
import { EXPIRED_PAIR, FIRST_PAIR, type Pair, SECOND_PAIR } from "../support/certificate_pairs.ts";
import { eventually } from "../support/eventually.ts";
import { withTempFolder } from "../support/temp.ts";
import { startUpstream } from "../support/upstream.ts";
import { run, type Running, until } from "./running.ts";

interface Secure extends Running {
  /** Replaces both files. */
  write(pair: Pair): Promise<void>;
  /** The names of the events in the log. */
  log: string[];
}

/** The service with a certificate. */
function withTls(use: (service: Secure) => Promise<void>, settings: Record<string, string> = {}): Promise<void> {
  return withTempFolder(async (folder) => {
    const paths = { QUOTA_TLS_CERT: `${folder}/cert.pem`, QUOTA_TLS_KEY: `${folder}/key.pem` };
    const write = async ({ cert, key }: Pair) => {
      await Deno.writeTextFile(paths.QUOTA_TLS_CERT, cert);
      await Deno.writeTextFile(paths.QUOTA_TLS_KEY, key);
    };
    await write(FIRST_PAIR);
    const log: string[] = [];
    await using running = await run({ ...paths, ...settings }, { log: (event) => log.push(event) });
    await use({ ...running, write, log });
  });
}

const TRUSTED = [FIRST_PAIR.cert, SECOND_PAIR.cert];

/** A connection that has trusted the service's certificate. */
function secureSocket(port: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", servername: "localhost", ca: TRUSTED }, () => resolve(socket));
    socket.on("error", reject);
  });
}

/** The certificate that a new connection gets. */
async function certificateAt(port: number): Promise<string> {
  const socket = await secureSocket(port);
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return `${subject.CN}`;
}

/** Sends a request on a connection, which stays open, and returns the first line of the response. */
function askOn(socket: TLSSocket, host: string): Promise<string> {
  return new Promise((resolve) => {
    socket.once("data", (data) => resolve(data.toString().split("\r\n")[0]));
    socket.write(`GET /livez HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  });
}

function get(url: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { ca: TRUSTED, agent: new Agent() }, (response: IncomingMessage) => {
      let body = "";
      response.on("data", (part: Uint8Array) => body += part);
      response.on("end", () => resolve({ status: response.statusCode!, body }));
    });
    sent.on("error", reject).end();
  });
}

Deno.test("REST, health, metrics and the status WebSocket answer over TLS", () =>
  withTls(async ({ service, host }) => {
    assertMatch(service.url, /^https:\/\/127\.0\.0\.1:\d+$/);
    assertStringIncludes((await get(`${service.url}/healthz`)).body, '"certificate":"ok"');
    const expiry = `quota_certificate_expires_seconds ${Date.UTC(2126, 0, 1) / 1000}\n`;
    assertStringIncludes((await get(`${service.url}/metrics`)).body, expiry);
    assertStringIncludes((await get(`${service.url}/api/quota/status`)).body, '"workspace_id":"default"');
    const socket = new WebSocket(`wss://${host}/api/quota/ws`, { ca: TRUSTED });
    const message = await new Promise<string>((resolve, reject) => {
      socket.on("message", (data) => resolve(data.toString()));
      socket.on("error", reject);
    });
    assertStringIncludes(message, '"quota_update"');
    socket.close();
    await new Promise((resolve) => socket.on("close", resolve));
  }));

Deno.test("a stream of the gateway passes over TLS chunk by chunk", async () => {
  const upstream = await startUpstream();
  await withTls(async ({ service }) => {
    const taken = upstream.take();
    const response = new Promise<IncomingMessage>((resolve) => {
      const headers = { "content-type": "application/json" };
      request(`${service.url}/v1/chat/completions`, { method: "POST", ca: TRUSTED, headers }, resolve)
        .end(JSON.stringify({ model: "gpt-5.4", stream: true, messages: [] }));
    });
    const exchange = await taken;
    exchange.startStream();
    await exchange.event({ choices: [{ index: 0, delta: { content: "first" } }] });
    const stream = await response;
    const next = () =>
      new Promise<string>((resolve) => stream.once("data", (data: Uint8Array) => resolve(data.toString())));
    // The second chunk is sent after the first one was received.
    assertStringIncludes(await next(), "first");
    const second = next();
    await exchange.event({ choices: [{ index: 0, delta: { content: "second" } }] });
    assertStringIncludes(await second, "second");
    stream.destroy();
  }, { QUOTA_UPSTREAM_URL: upstream.url });
  await upstream.close();
});

Deno.test("a changed certificate is used for new connections, and open ones stay", () =>
  withTls(async ({ port, host, clock, write, log }) => {
    const open = await secureSocket(port);
    assertEquals(await certificateAt(port), "Quota Gauge tests, first");
    await write(SECOND_PAIR);
    clock.advance(1000);
    await until(() => log.includes("certificate_loaded"), "the new certificate");
    assertEquals(await certificateAt(port), "Quota Gauge tests, second");
    assertEquals(await askOn(open, host), "HTTP/1.1 200 OK");
    open.destroy();
  }));

Deno.test("a changed certificate that cannot be used does not replace the one before, and health says so", () =>
  withTls(async ({ service, port, clock, write, log }) => {
    await write({ cert: SECOND_PAIR.cert, key: FIRST_PAIR.key });
    clock.advance(1000);
    await until(() => log.includes("certificate_refused"), "the refusal");
    assertEquals(await certificateAt(port), "Quota Gauge tests, first");
    const { body } = await get(`${service.url}/healthz`);
    assertStringIncludes(body, '"status":"degraded"');
    assertStringIncludes(body, '"certificate":"failing"');
    await write(SECOND_PAIR);
    clock.advance(1000);
    await until(() => log.includes("certificate_loaded"), "the good certificate");
    assertEquals(await certificateAt(port), "Quota Gauge tests, second");
    assertStringIncludes((await get(`${service.url}/healthz`)).body, '"certificate":"ok"');
  }));

Deno.test("a start with an expired certificate is refused in words", () =>
  withTempFolder(async (folder) => {
    const [cert, key] = [`${folder}/cert.pem`, `${folder}/key.pem`];
    await Deno.writeTextFile(cert, EXPIRED_PAIR.cert);
    await Deno.writeTextFile(key, EXPIRED_PAIR.key);
    const error = await assertRejects(() => run({ QUOTA_TLS_CERT: cert, QUOTA_TLS_KEY: key }), Error);
    assertStringIncludes(error.message, `Cannot start: the certificate in ${cert} expired on 2021-01-01`);
  }));

Deno.test("a caller that sends no TLS is disconnected, and others are served", () =>
  withTls(async ({ port, host }) => {
    const plain = connectPlain(port, "127.0.0.1", () => plain.write(`GET /livez HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
    plain.on("error", () => {});
    plain.resume();
    await new Promise((resolve) => plain.on("close", resolve));
    assertEquals(await certificateAt(port), "Quota Gauge tests, first");
  }));

Deno.test("FAULT 48: over TLS too, a slow head, a slow body and an idle connection are ended", () =>
  withTls(async ({ port, host, log }) => {
    const slow = [
      "GET /livez HT",
      `POST /api/quota/reset HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 9\r\n\r\nhalf`,
      `GET /livez HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
      "",
    ];
    await Promise.all(slow.map(async (text) => {
      const socket = await secureSocket(port);
      const closed = new Promise((resolve) => socket.on("close", resolve));
      socket.on("error", () => {}).resume();
      if (text !== "") socket.write(text);
      await closed;
    }));
    assertEquals(log, []);
  }, { QUOTA_HEAD_TIMEOUT_SECONDS: "1", QUOTA_REQUEST_TIMEOUT_SECONDS: "1", QUOTA_IDLE_TIMEOUT_SECONDS: "1" }));

Deno.test("connections are bounded over TLS too, unfinished handshakes among them", () =>
  withTls(async ({ port }) => {
    const silent = connectPlain(port, "127.0.0.1");
    await new Promise((resolve) => silent.on("connect", resolve));
    await assertRejects(() => secureSocket(port), Error);
    silent.destroy();
    await eventually(async () => assertEquals(await certificateAt(port), "Quota Gauge tests, first"));
  }, { QUOTA_MAX_CONNECTIONS: "1" }));

Deno.test("a stop closes a connection that has not finished its handshake", async () => {
  let closed: Promise<unknown> = Promise.resolve();
  await withTls(async ({ port }) => {
    const silent = connectPlain(port, "127.0.0.1");
    silent.on("error", () => {});
    silent.resume();
    closed = new Promise((resolve) => silent.on("close", resolve));
    // The service has accepted the silent connection when it has answered a later one.
    assert(await certificateAt(port));
  });
  await closed;
});

/** curl and OpenSSL are clients that share no code with the service. */
Deno.test("curl verifies the certificate and OpenSSL completes the handshake", () =>
  withTempFolder((folder) =>
    withTls(async ({ service, port }) => {
      const ca = `${folder}/ca.pem`;
      await Deno.writeTextFile(ca, FIRST_PAIR.cert);
      const run = async (program: string, args: string[]) => {
        const { stdout } = await new Deno.Command(program, { args, stdin: "null", stderr: "null" }).output();
        return new TextDecoder().decode(stdout);
      };
      assertStringIncludes(await run("curl", ["-sS", "--cacert", ca, `${service.url}/healthz`]), '"status":"ok"');
      const shown = await run("openssl", ["s_client", "-connect", `127.0.0.1:${port}`, "-CAfile", ca]);
      assertStringIncludes(shown, "Verify return code: 0 (ok)");
    })
  ));
