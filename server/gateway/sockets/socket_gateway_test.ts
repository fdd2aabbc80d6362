import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { assertEquals } from "../../../tests/support/assert.ts";
import { ManualClock } from "../../../tests/support/clock.ts";
import { eventually } from "../../../tests/support/eventually.ts";
import { startRawServer } from "../../../tests/support/raw_server.ts";
import type { AttemptPlan, AttemptResult } from "../../attempts/recorder.ts";
import { HANDSHAKE_TIMEOUT_MS } from "./pending_upgrade.ts";
import { accessParts } from "../../../tests/support/access.ts";
import { SocketGateway } from "./socket_gateway.ts";

const HEADERS = {
  upgrade: "websocket",
  connection: "Upgrade",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  "sec-websocket-version": "13",
};

/** A gateway whose upstream accepts connections and does not respond. */
async function withGateway(use: (setting: Setting) => Promise<void>): Promise<void> {
  const upstream = await startRawServer(() => {});
  const clock = new ManualClock();
  const ends: unknown[] = [];
  const plans: unknown[] = [];
  const settle = ({ outcome, error_code }: AttemptResult) => void ends.push([outcome, error_code]);
  const recorder = {
    reserve({ begun, tokens }: AttemptPlan) {
      plans.push({ begun, tokens });
      return { settle, release: (reason: string | null) => void ends.push(["released", reason]) };
    },
  };
  const gateway = new SocketGateway({
    recorder,
    access: accessParts().access,
    upstream_url: `http://127.0.0.1:${upstream.port}/v1`,
    service_id: "0a1b2c3d",
    key: null,
    proxy: null,
    clock,
  });
  const upgrade = (url = "/v1/responses", headers: Record<string, string> = {}, method = "GET") => {
    const socket = new PassThrough();
    const request = { url, method, headers: { ...HEADERS, ...headers }, socket: { remoteAddress: "127.0.0.1" } };
    gateway.upgrade(request as unknown as IncomingMessage, socket, Buffer.alloc(0));
    return socket;
  };
  try {
    await use({ gateway, upgrade, clock, ends, plans, upstream });
  } finally {
    await upstream.close();
  }
}

interface Setting {
  gateway: SocketGateway;
  upgrade(url?: string, headers?: Record<string, string>, method?: string): PassThrough;
  clock: ManualClock;
  ends: unknown[];
  plans: unknown[];
  upstream: Awaited<ReturnType<typeof startRawServer>>;
}

/** Status and code of the response that was written to a socket. */
function written(socket: PassThrough): unknown[] {
  const [head, body] = String(socket.read()).split("\r\n\r\n");
  return [Number(head.split(" ")[1]), JSON.parse(body).error.code];
}

Deno.test("an upgrade that is not a WebSocket handshake of version 13 is refused", () =>
  withGateway(({ upgrade, ends }) => {
    const cases: [string, string][] = [
      ["upgrade", "h2c"],
      ["sec-websocket-key", "short"],
      ["sec-websocket-version", "8"],
    ];
    for (const [name, value] of cases) {
      assertEquals(written(upgrade("/v1/responses", { [name]: value })), [400, "invalid_request"], name);
    }
    assertEquals(written(upgrade("/v1/responses", {}, "POST")), [400, "invalid_request"]);
    assertEquals(written(upgrade("/v1/files")), [404, "not_found"]);
    assertEquals(written(upgrade("/w/a b/v1/responses")), [400, "invalid_workspace"]);
    assertEquals(written(upgrade("/v1/responses", { "x-quota-on-limit": "maybe" })), [400, "invalid_request"]);
    assertEquals(ends, []);
    return Promise.resolve();
  }));

Deno.test("an upstream that does not complete the handshake in 30 s is given up and counted whatever the limits", () =>
  withGateway(async ({ upgrade, clock, ends, plans, upstream }) => {
    const socket = upgrade();
    await eventually(() => assertEquals(upstream.requests.length, 1));
    clock.advance(HANDSHAKE_TIMEOUT_MS - 1);
    assertEquals([socket.read(), ends], [null, []]);
    clock.advance(1);
    assertEquals([written(socket), clock.pending], [[504, "upstream_timeout"], 0]);
    await eventually(() => assertEquals(upstream.open, 0));
    assertEquals([ends, socket.read()], [[["failed", "timeout"]], null]);
    assertEquals(plans, [{ begun: true, tokens: 0 }]);
  }));

Deno.test("a caller who disconnects during the handshake ends it at the upstream too", () =>
  withGateway(async ({ upgrade, clock, ends, upstream }) => {
    const socket = upgrade();
    await eventually(() => assertEquals(upstream.requests.length, 1));
    socket.destroy();
    await eventually(() => assertEquals(upstream.open, 0));
    assertEquals([clock.pending, ends], [0, []]);
  }));

Deno.test("a stop ends pending handshakes and refuses further upgrades", () =>
  withGateway(async ({ gateway, upgrade, clock, upstream }) => {
    const socket = upgrade();
    await eventually(() => assertEquals(upstream.requests.length, 1));
    await gateway.close(10_000);
    assertEquals([socket.destroyed, upgrade().destroyed], [true, true]);
    await eventually(() => assertEquals([upstream.open, clock.pending], [0, 0]));
    assertEquals(upstream.requests.length, 1);
  }));

Deno.test("at most 1000 sockets are open", () =>
  withGateway(async ({ gateway, upgrade }) => {
    const sockets = Array.from({ length: 1001 }, () => upgrade());
    assertEquals(written(sockets[1000]), [503, "too_many_sockets"]);
    assertEquals(sockets[999].readableLength, 0);
    await gateway.close(0);
  }));
