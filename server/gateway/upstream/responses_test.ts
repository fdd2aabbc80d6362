import { assertEquals } from "../../../tests/support/assert.ts";
import { call, OK, rest, withServer } from "../../../tests/support/upstream_client.ts";

interface Case {
  what: string;
  response: string;
  /** Status, body, and how the response ended. */
  received: [number | null, string, string];
  /** Whether the connection carries the next exchange. */
  reused: boolean;
}

const CASES: Case[] = [
  {
    what: "chunks",
    response: "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    received: [200, "ok", "ended"],
    reused: true,
  },
  { what: "no body", response: "HTTP/1.1 204 No Content\r\n\r\n", received: [204, "", "ended"], reused: true },
  {
    what: "interim responses before it",
    response: `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n${OK}`,
    received: [200, "ok", "ended"],
    reused: true,
  },
  {
    what: "connection: close",
    response: OK.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n"),
    received: [200, "ok", "ended"],
    reused: false,
  },
  { what: "HTTP/1.0", response: OK.replace("1.1", "1.0"), received: [200, "ok", "ended"], reused: false },
  { what: "bytes after its body", response: `${OK}HTTP/1.1 200 OK`, received: [200, "ok", "ended"], reused: false },
  {
    what: "another protocol",
    response: "SSH-2.0-OpenSSH_9.2\r\n\r\n",
    received: [null, "", "MALFORMED"],
    reused: false,
  },
  {
    what: "an endless head",
    response: `HTTP/1.1 200 OK\r\n${"x: 1\r\n".repeat(12_000)}`,
    received: [null, "", "MALFORMED"],
    reused: false,
  },
  {
    what: "an upgrade that was not asked for",
    response: "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    received: [null, "", "MALFORMED"],
    reused: false,
  },
  {
    what: "malformed chunks",
    response: "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\nx\r\n",
    received: [200, "ok", "MALFORMED"],
    reused: false,
  },
];

for (const { what, response, received, reused } of CASES) {
  Deno.test(
    `a response with ${what}`,
    withServer((socket, nth) => socket.write(nth === 0 ? response : OK), async (upstream, server, clock) => {
      const { status, body, outcome } = await call(upstream);
      assertEquals([status, body, outcome === "ended" ? outcome : outcome.code], received);
      rest(clock);
      assertEquals((await call(upstream)).body, "ok");
      assertEquals(server.connections, reused ? 1 : 2);
    }),
  );
}

Deno.test(
  "a response to HEAD has no body, whatever length it states",
  withServer(
    (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"),
    async (upstream, server, clock) => {
      const head = { method: "HEAD", body: [] };
      for (let nth = 0; nth < 2; nth++) {
        assertEquals((await call(upstream, head)).outcome, "ended");
        rest(clock);
      }
      assertEquals(server.connections, 1);
      assertEquals(server.requests[0].includes("content-length"), false);
    },
  ),
);

Deno.test(
  "the end of the connection ends a body without a length, and breaks off any other",
  withServer(
    (socket, nth) => socket.end(nth === 0 ? "HTTP/1.1 200 OK\r\n\r\nall" : OK.slice(0, -1)),
    async (upstream) => {
      assertEquals(await call(upstream), { status: 200, body: "all", outcome: "ended" });
      const broken = { code: "CLOSED", message: "CLOSED", unsent: false };
      assertEquals(await call(upstream), { status: 200, body: "o", outcome: broken });
    },
  ),
);
