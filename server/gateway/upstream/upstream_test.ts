import { Buffer } from "node:buffer";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { assert, assertEquals, assertThrows } from "../../../tests/support/assert.ts";
import { CERTIFICATE, CERTIFICATE_KEY } from "../../../tests/support/certificate.ts";
import { eventually } from "../../../tests/support/eventually.ts";
import { startRawServer } from "../../../tests/support/raw_server.ts";
import { ask, ASKED, Ear, heard, OK, withServer } from "../../../tests/support/upstream_ear.ts";
import { Unsendable } from "./request_head.ts";
import { createUpstream } from "./upstream.ts";

Deno.test(
  "what is sent is the head, its length and the body, and a connection is used again",
  withServer((socket) => socket.write(OK), async (upstream, server) => {
    for (let call = 0; call < 3; call++) {
      assertEquals(await heard(upstream), { status: 200, body: "ok", over: "ended" });
    }
    const head =
      `POST /v1/chat HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\nx-a: 1\r\nx-a: 2\r\ncontent-length: 2\r\n\r\n`;
    assertEquals(server.requests, Array(3).fill(`${head}{}`));
    assertEquals(server.connections, 1);
  }),
);

Deno.test(
  "a large body and one of every byte arrive as they are",
  withServer((socket) => socket.write(OK), async (upstream, server) => {
    const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    for (const body of [every, Buffer.alloc(200_000, every)]) {
      await heard(upstream, { body });
      assertEquals(server.requests.at(-1)!.split("\r\n\r\n").slice(1).join("\r\n\r\n"), body.toString("latin1"));
    }
  }),
);

Deno.test(
  "as many connections as are needed at once, and those are used again",
  withServer(
    (socket, nth) => nth >= 4 ? socket.write(OK) : setImmediate(() => socket.write(OK)),
    async (...[it, at]) => {
      await Promise.all(Array.from({ length: 4 }, () => heard(it)));
      await Promise.all(Array.from({ length: 4 }, () => heard(it)));
      assertEquals(at.connections, 4);
    },
  ),
);

Deno.test(
  "a connection that dies as it is used again is not sent upon again: the call is told, and was sent once",
  withServer((socket, nth) => nth === 1 ? socket.destroy() : socket.write(OK), async (upstream, server) => {
    await heard(upstream);
    const { status, over } = await heard(upstream);
    assertEquals([status, over !== "ended" && over.unsent], [null, false]);
    assertEquals(server.requests.length, 2);
    assertEquals((await heard(upstream)).body, "ok");
  }),
);

Deno.test(
  "a connection that the other side closes meanwhile, or that was not used for long, is not used again",
  withServer((socket, nth) => (socket.write(OK), nth === 0 && socket.end()), async (upstream, server, clock) => {
    await heard(upstream);
    await eventually(() => assertEquals(server.open, 0));
    await heard(upstream);
    assertEquals(server.connections, 2);
    clock.now = 54_000;
    await heard(upstream);
    assertEquals(server.connections, 2);
    clock.now += 56_000;
    await heard(upstream);
    assertEquals(server.connections, 3);
  }),
);

Deno.test(
  "who leaves hears no more, and the provider's connection is closed",
  withServer((socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nsome"), async (upstream, server) => {
    const ear = ask(upstream);
    await ear.began.promise;
    ear.line.leave(ear);
    ear.line.leave(ear);
    await eventually(() => assertEquals(server.open, 0));
    assertEquals([ear.body, await Promise.race([ear.over.promise, "neither end is told"])], [
      "some",
      "neither end is told",
    ]);
  }),
);

Deno.test("nothing was sent where no connection came to be", async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const upstream = createUpstream(`http://127.0.0.1:${port}`);
  assertEquals((await heard(upstream)).over, { code: "ECONNREFUSED", unsent: true });
});

Deno.test(
  "what cannot be sent is told at once, and no connection is made for it",
  withServer((socket) => socket.write(OK), async (upstream, server) => {
    assertThrows(() => ask(upstream, { path: "a b" }), Unsendable, "escape it");
    assertThrows(() => ask(upstream, { path: "a\r\nx: 1" }), Unsendable, "escape it");
    assertThrows(() => ask(upstream, { headers: { "x-a": "1\r\nx-b: 2" } }), Unsendable, '"x-a"');
    await heard(upstream);
    assertEquals(server.connections, 1);
  }),
);

Deno.test("who is slow holds the provider back", async () => {
  const PIECE = Buffer.alloc(1 << 16, "x");
  const PIECES = 400;
  const server = await startRawServer((socket, nth) => {
    if (nth > 0) return socket.write(OK);
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${PIECE.length * PIECES}\r\n\r\n`);
    for (let piece = 0; piece < PIECES; piece++) socket.write(PIECE);
  });
  const upstream = createUpstream(`http://127.0.0.1:${server.port}`);
  try {
    let bytes = 0;
    const ear = new Ear();
    ear.data = (part) => void (bytes += part.length);
    ear.line = upstream.send(ASKED, ear);
    await ear.began.promise;
    ear.line.pause(ear);
    // Hundreds of other calls come and go meanwhile: time enough for all of it, were it not held back. What the
    // runtime had read already is a small part.
    for (let call = 0; call < 300; call++) await heard(upstream);
    assert(bytes < PIECE.length * PIECES / 4, `${bytes} bytes came although nobody read`);
    ear.line.resume(ear);
    assertEquals(await ear.over.promise, "ended");
    assertEquals(bytes, PIECE.length * PIECES);
  } finally {
    upstream.close();
    await server.close();
  }
});

Deno.test("over TLS, by a name that the certificate bears and an authority that is trusted", async () => {
  const server = createSecureServer({ cert: CERTIFICATE, key: CERTIFICATE_KEY }, (_, response) => response.end("ok"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `https://localhost:${(server.address() as AddressInfo).port}/v1`;
  const trusting = createUpstream(url, { ca: CERTIFICATE });
  const usual = createUpstream(url);
  try {
    for (let call = 0; call < 2; call++) assertEquals((await heard(trusting)).body, "ok");
    const { over } = await heard(usual);
    assertEquals(over, { code: "DEPTH_ZERO_SELF_SIGNED_CERT", unsent: true });
  } finally {
    trusting.close();
    usual.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
