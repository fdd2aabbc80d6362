import { Buffer } from "node:buffer";
import { assertEquals } from "../../../tests/support/assert.ts";
import { heard, OK, withServer } from "../../../tests/support/upstream_ear.ts";

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
