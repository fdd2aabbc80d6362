import { Buffer } from "node:buffer";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { assert, assertEquals, assertThrows } from "../../../tests/support/assert.ts";
import { eventually } from "../../../tests/support/eventually.ts";
import { CERTIFICATE, CERTIFICATE_KEY } from "../../../tests/support/certificate.ts";
import { type RawReply, type RawServer, startRawServer } from "../../../tests/support/raw_server.ts";
import type { AnswerHead } from "./answer_head.ts";
import type { Failure, Hearer } from "./connection.ts";
import { Unsendable } from "./request_head.ts";
import { createUpstream, type Exchange, type Line, type Upstream } from "./upstream.ts";

const ASKED: Exchange = { method: "POST", path: "chat", headers: { "x-a": ["1", "2"] }, body: Buffer.from("{}") };
const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/** Hears one exchange to its end. */
class Ear implements Hearer {
  status: number | null = null;
  body = "";
  readonly over = Promise.withResolvers<"ended" | Failure>();
  readonly began = Promise.withResolvers<void>();
  line!: Line;

  head(head: AnswerHead): void {
    this.status = head.status;
    this.began.resolve();
  }
  data(bytes: Buffer): void {
    this.body += bytes.toString("latin1");
  }
  end(): void {
    this.over.resolve("ended");
  }
  failed(failure: Failure): void {
    this.over.resolve(failure);
  }
}

function ask(upstream: Upstream, exchange: Partial<Exchange> = {}): Ear {
  const ear = new Ear();
  ear.line = upstream.send({ ...ASKED, ...exchange }, ear);
  return ear;
}

async function heard(upstream: Upstream, exchange: Partial<Exchange> = {}) {
  const ear = ask(upstream, exchange);
  const over = await ear.over.promise;
  return { status: ear.status, body: ear.body, over };
}

/** A server that answers so, and an upstream at it. */
function withServer(
  reply: RawReply,
  use: (upstream: Upstream, server: RawServer, clock: { now: number }) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const server = await startRawServer(reply);
    const clock = { now: 0 };
    const upstream = createUpstream(`http://127.0.0.1:${server.port}/v1`, { now: () => clock.now });
    try {
      await use(upstream, server, clock);
    } finally {
      upstream.close();
      await server.close();
    }
  };
}

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

/** What comes, what is told of it, and whether the connection carries another exchange. */
const ANSWERS: [name: string, answer: string, told: [number | null, string, string], again: boolean][] = [
  ["chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", [200, "ok", "ended"], true],
  ["no body", "HTTP/1.1 204 No Content\r\n\r\n", [204, "", "ended"], true],
  ["news before it", `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n${OK}`, [
    200,
    "ok",
    "ended",
  ], true],
  [
    "a connection that is to close",
    OK.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n"),
    [200, "ok", "ended"],
    false,
  ],
  ["HTTP/1.0", OK.replace("1.1", "1.0"), [200, "ok", "ended"], false],
  ["more than was said", `${OK}HTTP/1.1 200 OK`, [200, "ok", "ended"], false],
  ["no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n", [null, "", "MALFORMED"], false],
  ["a head without end", `HTTP/1.1 200 OK\r\n${"x: 1\r\n".repeat(12_000)}`, [null, "", "MALFORMED"], false],
  ["another protocol", "HTTP/1.1 101 Switching Protocols\r\n\r\n", [null, "", "MALFORMED"], false],
  [
    "chunks that are none",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\nx\r\n",
    [200, "ok", "MALFORMED"],
    false,
  ],
];

for (const [name, answer, told, again] of ANSWERS) {
  Deno.test(
    `an answer of ${name}`,
    withServer((socket, nth) => socket.write(nth === 0 ? answer : OK), async (upstream, server) => {
      const { status, body, over } = await heard(upstream);
      assertEquals([status, body, over === "ended" ? over : over.code], told);
      assertEquals((await heard(upstream)).body, "ok");
      assertEquals(server.connections, again ? 1 : 2);
    }),
  );
}

Deno.test(
  "an answer to HEAD has no body, whatever length it says",
  withServer((socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"), async (upstream, server) => {
    const nothing = { method: "HEAD", body: Buffer.alloc(0) };
    for (let call = 0; call < 2; call++) assertEquals((await heard(upstream, nothing)).over, "ended");
    assertEquals(server.connections, 1);
    assertEquals(server.requests[0].includes("content-length"), false);
  }),
);

Deno.test(
  "the end of the connection is the end of a body without a length, and of no other",
  withServer(
    (socket, nth) => socket.end(nth === 0 ? "HTTP/1.1 200 OK\r\n\r\nall" : `${OK}`.slice(0, -1)),
    async (it) => {
      assertEquals(await heard(it), { status: 200, body: "all", over: "ended" });
      assertEquals(await heard(it), { status: 200, body: "o", over: { code: "CLOSED", unsent: false } });
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
  const PIECES = 800;
  let taken: Socket;
  const server = await startRawServer((socket) => {
    taken = socket;
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${PIECE.length * PIECES}\r\n\r\n`);
    let left = PIECES;
    const push = () => {
      while (left > 0) if (left-- && !socket.write(PIECE)) return void socket.once("drain", push);
    };
    push();
  });
  const upstream = createUpstream(`http://127.0.0.1:${server.port}`);
  try {
    let bytes = 0;
    const ear = new Ear();
    ear.data = (part) => void (bytes += part.length);
    ear.line = upstream.send(ASKED, ear);
    await ear.began.promise;
    ear.line.pause(ear);
    // Until the provider can write no more: what it wrote stands in buffers, of which we hold the smallest.
    let before = -1;
    while (taken!.writableLength === 0 || bytes !== before) {
      before = bytes;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
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
