import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { PassThrough as Pipe } from "node:stream";
import { assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { CallerLines } from "./caller_lines.ts";

/** A server whose answers the test gives, and whose lines are closed when they carry nothing for `idle_ms`. */
async function withLines(
  idle_ms: number,
  use: (it: { port: number; lines: CallerLines; asked: () => Promise<ServerResponse> }) => Promise<void>,
): Promise<void> {
  const lines = new CallerLines(idle_ms);
  const came: ServerResponse[] = [];
  let wake = () => {};
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    lines.begins(request.socket, response);
    came.push(response);
    wake();
  });
  server.on("connection", (socket) => lines.opened(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const asked = async () => {
    while (came.length === 0) await new Promise<void>((resolve) => wake = resolve);
    return came.shift()!;
  };
  try {
    await use({ port: (server.address() as AddressInfo).port, lines, asked });
  } finally {
    lines.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A caller's line, and what came over it. */
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

  /** Resolves when `text` has come. */
  async heard(text: string): Promise<void> {
    while (!this.got.includes(text)) await new Promise((resolve) => this.socket.once("data", resolve));
  }
}

Deno.test("a line that carries nothing is closed: never used, or its answer long over", () =>
  withLines(30, async ({ port, asked }) => {
    const unused = new Caller(port);
    const used = new Caller(port).ask();
    (await asked()).end("first");
    await used.heard("first");
    await Promise.all([unused.closed, used.closed]);
    assertStringIncludes(used.got, "200 OK");
    assertEquals(unused.got, "");
  }));

Deno.test("a line in use is kept however long its answer takes, and carries the next call", () =>
  withLines(30, async ({ port, asked }) => {
    const slow = new Caller(port).ask();
    const response = await asked();
    // Both have come to be after the slow one's call, and are closed before its answer.
    await Promise.all([new Caller(port).closed, new Caller(port).closed]);
    response.end("late");
    await slow.heard("late");
    slow.ask();
    (await asked()).end("again");
    await slow.heard("again");
    await slow.closed;
  }));

Deno.test("one call after another on the same line: it is idle only after the last", () =>
  withLines(30, async ({ port, asked }) => {
    const caller = new Caller(port).ask().ask();
    (await asked()).end("first");
    const second = await asked();
    await new Caller(port).closed;
    second.end("second");
    await caller.heard("second");
    await caller.closed;
  }));

Deno.test("when all is to end, lines that carry nothing end at once, the others with their answers", () =>
  withLines(60_000, async ({ port, lines, asked }) => {
    const unused = new Caller(port);
    const used = new Caller(port).ask();
    (await asked()).end("first");
    await used.heard("first");
    const busy = new Caller(port).ask();
    const response = await asked();
    lines.close();
    await Promise.all([unused.closed, used.closed]);
    response.end("last");
    await busy.closed;
    assertStringIncludes(busy.got, "last");
  }));

Deno.test("a line that speaks something else from now on is left alone, also when all is to end", () =>
  withLines(30, async ({ lines }) => {
    const [upgraded, other] = [new Pipe(), new Pipe()];
    lines.opened(upgraded);
    lines.gone(upgraded);
    lines.opened(other);
    await new Promise((resolve) => other.once("close", resolve));
    lines.close();
    assertEquals(upgraded.destroyed, false);
  }));
