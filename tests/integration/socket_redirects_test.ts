import { WebSocket } from "ws";
import { until } from "../api/running.ts";
import { assertEquals, assertStringIncludes } from "../support/assert.ts";
import { type SocketUpstream, startSocketUpstream } from "../support/socket_upstream.ts";
import { type Room, withSocketUpstream } from "./room.ts";

/** Opens a WebSocket through the gateway: resolves with it, or with the status and body of a refusal. */
function open({ gateway }: Room<SocketUpstream>): Promise<WebSocket | { status: number; text: string }> {
  const url = gateway("/realtime?model=m").replace(/^http/, "ws");
  const socket = new WebSocket(url, [], { headers: { authorization: "Bearer sk-caller" } });
  return new Promise((resolve) => {
    socket.on("error", () => {});
    socket.on("open", () => resolve(socket));
    socket.on("unexpected-response", (_request, response) => {
      let text = JSON.stringify(response.headers);
      response.on("data", (part: Uint8Array) => text += part);
      response.on("end", () => resolve({ status: response.statusCode!, text }));
    });
  });
}

function redirect(room: Room<SocketUpstream>, status: number, location: string, times = Infinity): void {
  room.upstream.refuse((socket) => {
    if (--times <= 0) room.upstream.refuse(null);
    socket.end(`HTTP/1.1 ${status} Moved\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`);
  });
}

Deno.test(
  "a handshake that is redirected on the same server is followed, and the redirect counts as an attempt",
  withSocketUpstream(async (room) => {
    const { origin } = new URL(room.upstream.url);
    for (const [nth, location] of ["/v2/realtime?model=n", `${origin}/v1/other`].entries()) {
      redirect(room, 307 + nth, location, 1);
      const socket = await open(room) as WebSocket;
      const peer = await room.upstream.peer(nth);
      assertEquals([peer.path, peer.headers.authorization], [location.replace(origin, ""), "Bearer sk-caller"]);
      socket.send('{"type":"response.create"}');
      await until(() => room.upstream.ledger.length === nth + 1, "the answer");
      const closed = new Promise((resolve) => socket.on("close", resolve));
      socket.close();
      await closed;
    }
    const told = (await room.rows()).map((row) => [row.outcome, row.error_code, row.usage.total_tokens]);
    assertEquals(told, [["failed", "redirected", 0], ["ok", null, 7], ["failed", "redirected", 0], ["ok", null, 14]]);
  }),
);

Deno.test(
  "any other redirect of a handshake is answered with 502 and a reason, without the address",
  withSocketUpstream(async (room) => {
    const elsewhere = await startSocketUpstream();
    const cases: [status: number, location: string][] = [
      [307, elsewhere.url],
      [308, "wss://user:secret@provider.example/v1/realtime"],
      [301, "/v1/realtime"],
      [302, elsewhere.url],
      [303, "/v1/other"],
    ];
    for (const [status, location] of cases) {
      redirect(room, status, location);
      const { status: answered, text } = await open(room) as { status: number; text: string };
      assertEquals(answered, 502);
      assertStringIncludes(text, '"code":"upstream_redirected"');
      assertStringIncludes(text, `the upstream redirects it (${status})`);
      assertEquals(/127\.0\.0\.1|secret|provider\.example|location/i.test(text), false, text);
    }
    assertEquals(elsewhere.peers.length, 0);
    const told = (await room.rows()).map((row) => [row.outcome, row.http_status, row.error_code]);
    assertEquals(told, cases.map(([status]) => ["failed", status, "redirected"]));
    await elsewhere.close();
  }),
);

Deno.test(
  "redirects of a handshake that lead in a circle end after three",
  withSocketUpstream(async (room) => {
    redirect(room, 307, "/v1/realtime?model=m");
    assertEquals((await open(room) as { status: number }).status, 502);
    assertEquals((await room.rows()).length, 4);
  }),
);
