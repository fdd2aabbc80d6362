import { Buffer } from "node:buffer";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { assert, assertEquals, assertThrows } from "../../../tests/support/assert.ts";
import { CERTIFICATE, CERTIFICATE_KEY } from "../../../tests/support/certificate.ts";
import { ManualClock } from "../../../tests/support/clock.ts";
import { eventually } from "../../../tests/support/eventually.ts";
import {
  call,
  EXCHANGE,
  OK,
  RecordingHandler,
  rest,
  send,
  withServer,
} from "../../../tests/support/upstream_client.ts";
import { createUpstream, Unsendable } from "./upstream.ts";

Deno.test(
  "a request is sent with its head, length and body, and the connection is reused",
  withServer((socket) => socket.write(OK), async (upstream, server, clock) => {
    for (let nth = 0; nth < 3; nth++) {
      assertEquals(await call(upstream), { status: 200, body: "ok", outcome: "ended" });
      rest(clock);
    }
    const head =
      `POST /v1/chat HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\nx-a: 1\r\nx-a: 2\r\ncontent-length: 2\r\n\r\n`;
    assertEquals(server.requests, Array(3).fill(`${head}{}`));
    assertEquals(server.connections, 1);
  }),
);

Deno.test(
  "a large body, and one of all byte values, arrive unchanged",
  withServer((socket) => socket.write(OK), async (upstream, server) => {
    const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    for (const body of [every, Buffer.alloc(200_000, every)]) {
      await call(upstream, { body: [body] });
      assertEquals(server.requests.at(-1)!.split("\r\n\r\n").slice(1).join("\r\n\r\n"), body.toString("latin1"));
    }
  }),
);

Deno.test(
  "concurrent calls use a connection each, and later calls reuse these connections",
  withServer(
    (socket, nth) => nth >= 4 ? socket.write(OK) : setImmediate(() => socket.write(OK)),
    async (upstream, server, clock) => {
      await Promise.all(Array.from({ length: 4 }, () => call(upstream)));
      rest(clock);
      await Promise.all(Array.from({ length: 4 }, () => call(upstream)));
      assertEquals(server.connections, 4);
    },
  ),
);

Deno.test(
  "a request on a kept connection that closes is not sent again: the call fails, and was sent once",
  withServer((socket, nth) => nth === 1 ? socket.destroy() : socket.write(OK), async (upstream, server, clock) => {
    await call(upstream);
    rest(clock);
    const { status, outcome } = await call(upstream);
    assertEquals([status, outcome !== "ended" && outcome.unsent], [null, false]);
    assertEquals(server.requests.length, 2);
    assertEquals((await call(upstream)).body, "ok");
  }),
);

Deno.test(
  "a connection that the server closed, or that was idle for too long, is not reused",
  withServer((socket, nth) => (socket.write(OK), nth === 0 && socket.end()), async (upstream, server, clock) => {
    await call(upstream);
    await eventually(() => assertEquals(server.open, 0));
    await call(upstream);
    assertEquals(server.connections, 2);
    clock.advance(54_000);
    await call(upstream);
    assertEquals(server.connections, 2);
    clock.advance(56_000);
    await call(upstream);
    assertEquals(server.connections, 3);
  }),
);

Deno.test(
  "an aborted call receives nothing more, and its connection is closed",
  withServer((socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nsome"), async (upstream, server) => {
    const handler = send(upstream);
    await handler.began.promise;
    handler.control.abort(handler);
    handler.control.abort(handler);
    await eventually(() => assertEquals(server.open, 0));
    const outcome = await Promise.race([handler.outcome.promise, "none"]);
    assertEquals([handler.body, outcome], ["some", "none"]);
  }),
);

Deno.test("a refused connection means that nothing was sent", async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const upstream = createUpstream(`http://127.0.0.1:${port}`, { clock: new ManualClock() });
  const refused = { code: "ECONNREFUSED", message: "ECONNREFUSED", unsent: true };
  assertEquals((await call(upstream)).outcome, refused);
});

Deno.test(
  "a request that HTTP cannot carry throws, and opens no connection",
  withServer((socket) => socket.write(OK), async (upstream, server) => {
    assertThrows(() => send(upstream, { path: "a b" }), Unsendable, "escape it");
    assertThrows(() => send(upstream, { path: "a\r\nx: 1" }), Unsendable, "escape it");
    assertThrows(() => send(upstream, { headers: { "x-a": "1\r\nx-b: 2" } }), Unsendable, '"x-a"');
    await call(upstream);
    assertEquals(server.connections, 1);
  }),
);

const PIECE = Buffer.alloc(1 << 16, "x");
const PIECES = 400;

Deno.test(
  "a slow reader slows the provider down",
  withServer((socket, nth) => {
    if (nth > 0) return socket.write(OK);
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${PIECE.length * PIECES}\r\n\r\n`);
    for (let piece = 0; piece < PIECES; piece++) socket.write(PIECE);
  }, async (upstream) => {
    let bytes = 0;
    const handler = new RecordingHandler();
    handler.data = (part) => void (bytes += part.length);
    handler.control = upstream.send(EXCHANGE, handler);
    await handler.began.promise;
    handler.control.pause(handler);
    // If reading continued, all of the body would arrive during 300 other calls. The runtime reads ahead only a small part.
    for (let nth = 0; nth < 300; nth++) await call(upstream);
    assert(bytes < PIECE.length * PIECES / 4, `${bytes} bytes arrived although the handler was paused`);
    handler.control.resume(handler);
    assertEquals(await handler.outcome.promise, "ended");
    assertEquals(bytes, PIECE.length * PIECES);
  }),
);
Deno.test("TLS needs a certificate for the upstream's name from a trusted authority", async () => {
  const server = createSecureServer({ cert: CERTIFICATE, key: CERTIFICATE_KEY }, (_, response) => response.end("ok"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `https://localhost:${(server.address() as AddressInfo).port}/v1`;
  const clock = new ManualClock();
  const trusting = createUpstream(url, { clock, ca: CERTIFICATE });
  const usual = createUpstream(url, { clock });
  try {
    for (let nth = 0; nth < 2; nth++) assertEquals((await call(trusting)).body, "ok");
    const { outcome } = await call(usual);
    const code = "DEPTH_ZERO_SELF_SIGNED_CERT";
    assertEquals(outcome, { code, message: code, unsent: true });
  } finally {
    trusting.close();
    usual.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

Deno.test(
  "FAULT 63: an exception while a response is read ends its exchange alone, and the next call is answered",
  withServer((socket) => socket.write(OK), async (upstream) => {
    for (const step of ["head", "data", "end"] as const) {
      const handler = new RecordingHandler();
      Object.assign(handler, {
        [step]: () => {
          throw new TypeError("defect");
        },
      });
      upstream.send(EXCHANGE, handler);
      // At its end the response is complete: no failure follows.
      if (step === "end") continue;
      assertEquals(await handler.outcome.promise, { code: "INTERNAL", message: "TypeError: defect", unsent: false });
    }
    assertEquals((await call(upstream)).body, "ok");
  }),
);
