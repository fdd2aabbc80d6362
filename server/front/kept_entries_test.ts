import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { keepEntries } from "./kept_entries.ts";

async function withServer(use: (server: Server, port: number) => Promise<void>): Promise<void> {
  const slowest = { headersTimeout: 60, requestTimeout: 60, connectionsCheckingInterval: 10 };
  const server = createServer(slowest, (request, response) => {
    request.resume().on("end", () => response.writeHead(200, { "content-length": 2 }).end("ok"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use(server, (server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Sends each part after the response to the one before. Returns all that was received until the server disconnected. */
function talk(port: number, parts: string[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let got = "";
    const next = () => parts.length > 0 && socket.write(parts.shift()!);
    socket.on("connect", next);
    socket.on("data", (bytes) => (got += bytes, got.endsWith("\r\n\r\nok") && next()));
    socket.on("error", () => {});
    socket.on("close", () => resolve(got));
  });
}

const WHOLE = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

const noLog = () => {};

Deno.test("the table of this Deno is supported, and a slow request on a used connection still times out", () =>
  withServer(async (server, port) => {
    const log: string[] = [];
    keepEntries(server, (event) => log.push(event));
    assertEquals(log, []);
    const slow = ["GET / HTTP/1.1\r\nHost:", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"];
    const answers = await Promise.all(slow.map((part) => talk(port, [WHOLE, WHOLE, part])));
    for (const answer of answers) {
      assertEquals(answer.split("200 OK").length - 1, 2);
      assertStringIncludes(answer, "HTTP/1.1 408");
    }
  }));

Deno.test("the end of a response does not end the timeout of the next request, which has begun", () =>
  withServer(async (server, port) => {
    keepEntries(server, noLog);
    const answer = await talk(port, [`${WHOLE}GET / HTTP/1.1\r\nHost:`]);
    assertEquals(answer.split("200 OK").length - 1, 1);
    assertStringIncludes(answer, "HTTP/1.1 408");
  }));

Deno.test("a connection does not time out between two requests", () =>
  withServer(async (server, port) => {
    keepEntries(server, noLog);
    const patient = connect(port, "127.0.0.1");
    let got = "";
    patient.on("data", (bytes) => got += bytes);
    const responses = () => got.split("200 OK").length - 1;
    const received = (times: number) =>
      new Promise<void>((resolve) => patient.on("data", () => responses() >= times && resolve()));
    patient.write(WHOLE);
    await received(1);
    // This request times out, which takes longer than the pause of the patient connection may.
    await talk(port, [WHOLE, "GET / HT"]);
    const again = received(2);
    patient.write(WHOLE);
    await again;
    assertEquals(responses(), 2);
    patient.destroy();
  }));

Deno.test("a table of another shape is left alone and logged", () => {
  const symbol = Symbol("http.server.connections");
  const others = [undefined, null, {}, { _active: [] }, { _active: new Map(), pushActive() {} }, {
    pushActive() {},
    popActive() {},
  }];
  const servers = [{}, ...others.map((list) => ({ [symbol]: list }))];
  const log: string[] = [];
  for (const server of servers) keepEntries(server as unknown as Server, (event) => log.push(event));
  assertEquals(log, servers.map(() => "kept_entries_unsupported"));
});

Deno.test("an entry stays in the table for its connection, and is marked when a request begins and ends", () => {
  const active = new Map<string, { headersCompleted: boolean; startTime: number; req: unknown }>();
  const table = {
    _active: active,
    pushActive: (socket: string) => active.set(socket, { headersCompleted: false, startTime: 1, req: null }),
    popActive: (socket: string) => active.delete(socket),
    popActiveIfReq: (socket: string, _request: string) => active.delete(socket),
  };
  const server = { [Symbol("http.server.connections")]: table } as unknown as Server;
  keepEntries(server, noLog);
  table.pushActive("a");
  const entry = active.get("a")!;
  Object.assign(entry, { headersCompleted: true, req: "first" });
  table.popActiveIfReq("a", "another");
  assertEquals([active.get("a") === entry, entry.startTime, entry.req], [true, 1, "first"]);
  table.popActiveIfReq("a", "first");
  assertEquals([active.get("a") === entry, entry.startTime, entry.req], [true, Infinity, null]);
  table.pushActive("a");
  assertEquals([active.get("a") === entry, entry.headersCompleted, entry.startTime < Infinity], [true, false, true]);
  table.popActive("a");
  assertEquals([active.get("a") === entry, entry.headersCompleted, entry.startTime], [true, true, Infinity]);
  table.popActive("unknown");
  assertEquals(active.size, 1);
});
