import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { PassThrough as Pipe } from "node:stream";
import { until } from "../../tests/api/running.ts";
import { TrustedProxies } from "../access/client_address.ts";
import { assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { Connections } from "./connections.ts";

const OPTIONS = {
  max_connections: 10,
  max_connections_per_address: 5,
  idle_timeout_ms: 60_000,
  proxies: new TrustedProxies(["10.0.0.1"]),
  log: () => {},
};

/** A server whose responses the test sends. It closes connections that are idle for `idle_ms`. */
async function withServer(
  idle_ms: number,
  use: (it: { port: number; connections: Connections; nextResponse: () => Promise<ServerResponse> }) => Promise<void>,
): Promise<void> {
  const connections = new Connections({ ...OPTIONS, idle_timeout_ms: idle_ms });
  const came: ServerResponse[] = [];
  let wake = () => {};
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    connections.requestStarted(request.socket, response);
    came.push(response);
    wake();
  });
  server.on("connection", (socket) => connections.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const nextResponse = async () => {
    while (came.length === 0) await new Promise<void>((resolve) => wake = resolve);
    return came.shift()!;
  };
  try {
    await use({ port: (server.address() as AddressInfo).port, connections, nextResponse });
  } finally {
    connections.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A caller's connection, and the bytes received over it. */
class Caller {
  got = "";
  readonly socket: Socket;
  readonly closed: Promise<void>;

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1");
    this.socket.on("data", (bytes) => this.got += bytes);
    this.socket.on("error", () => {});
    this.closed = new Promise((resolve) => this.socket.on("close", () => resolve()));
  }

  ask(): this {
    this.socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    return this;
  }

  /** Resolves when `text` was received. */
  async received(text: string): Promise<void> {
    while (!this.got.includes(text)) await new Promise((resolve) => this.socket.once("data", resolve));
  }
}

Deno.test("an idle connection is closed, whether it was used before or not", () =>
  withServer(30, async ({ port, nextResponse }) => {
    const unused = new Caller(port);
    const used = new Caller(port).ask();
    (await nextResponse()).end("first");
    await used.received("first");
    await Promise.all([unused.closed, used.closed]);
    assertStringIncludes(used.got, "200 OK");
    assertEquals(unused.got, "");
  }));

Deno.test("a connection stays open for as long as its response takes, and carries the next request", () =>
  withServer(30, async ({ port, nextResponse }) => {
    const slow = new Caller(port).ask();
    const response = await nextResponse();
    // Both connect after the slow request, and time out before its response.
    await Promise.all([new Caller(port).closed, new Caller(port).closed]);
    response.end("late");
    await slow.received("late");
    slow.ask();
    (await nextResponse()).end("again");
    await slow.received("again");
    await slow.closed;
    assertEquals(slow.got.split("200 OK").length - 1, 2);
  }));

Deno.test("a connection with two pipelined requests is idle only after the second response", () =>
  withServer(30, async ({ port, nextResponse }) => {
    const caller = new Caller(port).ask().ask();
    (await nextResponse()).end("first");
    const second = await nextResponse();
    await new Caller(port).closed;
    second.end("second");
    await caller.received("second");
    await caller.closed;
    assertEquals(caller.got.split("200 OK").length - 1, 2);
  }));

Deno.test("close() closes idle connections immediately, and the others when their responses end", () =>
  withServer(60_000, async ({ port, connections, nextResponse }) => {
    const unused = new Caller(port);
    const used = new Caller(port).ask();
    (await nextResponse()).end("first");
    await used.received("first");
    const busy = new Caller(port).ask();
    const response = await nextResponse();
    connections.close();
    await Promise.all([unused.closed, used.closed]);
    response.end("last");
    await until(() => busy.socket.destroyed, "the end of the connection");
    assertStringIncludes(busy.got, "last");
  }));

Deno.test("an upgraded connection is closed neither as idle nor by close()", () =>
  withServer(30, async ({ connections }) => {
    const [upgraded, other] = [new Pipe(), new Pipe()];
    connections.add(upgraded);
    connections.remove(upgraded);
    connections.add(other);
    await new Promise((resolve) => other.once("close", resolve));
    connections.close();
    assertEquals(upgraded.destroyed, false);
  }));

/** A connection from an address, which ends with `destroy()`. */
function from(remoteAddress: string): Socket {
  return Object.assign(new Pipe(), { remoteAddress }) as unknown as Socket;
}

Deno.test("connections are bounded by address and in all, and a closed one makes room", async () => {
  const log: unknown[] = [];
  const connections = new Connections({ ...OPTIONS, log: (event, fields) => log.push([event, fields]) });
  const first = from("a");
  assertEquals(
    [first, from("a"), from("a"), from("a"), from("a")].map((it) => connections.accept(it)),
    Array(5).fill(true),
  );
  const sixth = from("a");
  assertEquals([connections.accept(sixth), sixth.destroyed], [false, true]);
  first.destroy();
  await new Promise((resolve) => first.once("close", resolve));
  assertEquals([connections.accept(from("a")), connections.accept(from("a"))], [true, false]);
  assertEquals(Array.from({ length: 6 }, () => connections.accept(from("10.0.0.1"))), [...Array(5).fill(true), false]);
  assertEquals(log, [1, 2].map((refused) => ["connections_refused", { refused, latest: "a" }]));
});
