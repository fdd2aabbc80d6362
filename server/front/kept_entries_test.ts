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

/** Sends the parts, each after the answer to the one before, and tells all that came until the server hung up. */
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

Deno.test("the list of this runtime's server is known, and whoever is slow on a used line is still cut off", () =>
  withServer(async (server, port) => {
    assertEquals(keepEntries(server), true);
    const slow = ["GET / HTTP/1.1\r\nHost:", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"];
    const answers = await Promise.all(slow.map((part) => talk(port, [WHOLE, WHOLE, part])));
    for (const answer of answers) {
      assertEquals(answer.split("200 OK").length - 1, 2);
      assertStringIncludes(answer, "HTTP/1.1 408");
    }
  }));

Deno.test("who takes his time between two requests is not slow", () =>
  withServer(async (server, port) => {
    keepEntries(server);
    const patient = connect(port, "127.0.0.1");
    let got = "";
    const heard = (times: number) =>
      new Promise<void>((resolve) =>
        patient.on("data", (bytes) => (got += bytes, got.split("200 OK").length > times && resolve()))
      );
    patient.write(WHOLE);
    await heard(1);
    // Cut off after twice the time that a request has.
    await talk(port, [WHOLE, "GET / HT"]);
    const again = heard(2);
    patient.write(WHOLE);
    await again;
    patient.destroy();
  }));

Deno.test("a list of another shape is left alone", () => {
  const symbol = Symbol("http.server.connections");
  for (
    const list of [undefined, null, {}, { _active: [] }, { _active: new Map(), pushActive() {} }, {
      pushActive() {},
      popActive() {},
    }]
  ) {
    assertEquals(keepEntries({ [symbol]: list } as unknown as Server), false);
  }
  assertEquals(keepEntries({} as Server), false);
});
