/** Invalid WebSocket frames at the gateway, from a caller and from an upstream. */
import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import { frame, rawSocket, until } from "../api/running.ts";
import { type Room, withSocketUpstream } from "../integration/room.ts";
import { assertEquals } from "../support/assert.ts";
import type { SocketUpstream } from "../support/socket_upstream.ts";

const TEXT = 0x81, PING = 0x89;
const HUGE = Uint8Array.of(TEXT, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);

const BAD: [string, Uint8Array, number][] = [
  ["FAULT 44: a frame that announces a huge length", HUGE, 1009],
  ["FAULT 45: invalid UTF-8", frame(TEXT, Uint8Array.of(0xc3, 0x28)), 1007],
  ["FAULT 45: a reserved bit", frame(0xc1, "x"), 1002],
  ["FAULT 45: a reserved opcode", frame(0x83, "x"), 1002],
  ["FAULT 45: a fragmented control frame", frame(0x09, "x"), 1002],
  ["FAULT 45: a long control frame", frame(PING, "x".repeat(126)), 1002],
  ["FAULT 45: an unmasked frame", Uint8Array.of(TEXT, 1, 120), 1002],
];

for (const [name, bytes, code] of BAD) {
  Deno.test(
    `${name} by a caller closes their socket with ${code}, and no other`,
    withSocketUpstream(async (room) => {
      const other = await talking(room);
      const bad = await rawSocket(hostOf(room), "/w/acme/v1/realtime?model=m");
      const peer = await room.upstream.peer(1);
      let received = new Uint8Array(), gone = false;
      bad.on("data", (data) => received = Uint8Array.from([...received, ...data]));
      bad.on("close", () => gone = true);
      bad.write(frame(TEXT, '{"type":"response.create"}'));
      await until(() => peer.received.length === 1, "the create");
      received = new Uint8Array();
      bad.write(bytes);
      await until(() => peer.closed !== null, "the upstream's end of it");
      assertEquals(peer.closed?.code, 1001);
      bad.end();
      await until(() => gone, "the end of the connection");
      assertEquals(received[received.indexOf(0x88) + 2] << 8 | received[received.indexOf(0x88) + 3], code);
      await stillTalks(other, room);
    }),
  );
}

for (const [name, bytes] of [BAD[0], BAD[1], BAD[2]]) {
  Deno.test(
    `${name} by an upstream closes that caller's socket with 1014, and no other`,
    withSocketUpstream(async (room) => {
      const other = await talking(room);
      room.upstream.refuse((socket, request) => {
        switchByHand(socket, request);
        // Frames of a server have no mask.
        socket.write(unmasked(bytes));
      });
      const caller = new WebSocket(room.gateway("/realtime?model=m").replace("http", "ws"));
      let closed = 0;
      caller.on("close", (code) => closed = code);
      await until(() => closed > 0, "the end of the socket");
      assertEquals(closed, 1014);
      await stillTalks(other, room);
    }),
  );
}

Deno.test(
  "FAULT 45: random bytes of callers close only their own sockets",
  withSocketUpstream(async (room) => {
    const other = await talking(room);
    for (let round = 0; round < 30; round++) {
      const bad = await rawSocket(hostOf(room), "/v1/responses");
      bad.resume();
      bad.end(randomBytes(600));
      await new Promise<void>((resolve) => bad.on("close", () => resolve()));
    }
    await stillTalks(other, room);
    assertEquals(room.service.tracker.inFlight, 0);
  }),
);

Deno.test(
  "FAULT 52: a deeply nested create closes at most its own socket",
  withSocketUpstream(async (room) => {
    const other = await talking(room);
    const caller = new WebSocket(room.gateway("/responses").replace("http", "ws"));
    let closed = false, answered = false;
    caller.on("message", () => answered = true);
    caller.on("close", () => closed = true);
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    caller.on("open", () => caller.send(`{"type":"response.create","model":"m","input":${deep}}`));
    await until(() => closed || answered, "an end or an answer");
    caller.close();
    await until(() => closed, "the end of the socket");
    await stillTalks(other, room);
  }),
);

async function talking(room: Room<SocketUpstream>): Promise<WebSocket> {
  const socket = new WebSocket(room.gateway("/realtime?model=m").replace("http", "ws"));
  await room.upstream.peer(0);
  await until(() => socket.readyState === WebSocket.OPEN, "a socket");
  return socket;
}

async function stillTalks(socket: WebSocket, room: Room<SocketUpstream>): Promise<void> {
  let done = false, closed = false;
  socket.on("message", (data) => done ||= data.toString().includes("response.done"));
  socket.on("close", () => closed = true);
  socket.send('{"type":"response.create"}');
  await until(() => done, "an answer by the other socket");
  socket.close();
  await until(() => closed, "its end");
  assertEquals((await room.rows()).at(-1)?.outcome, "ok");
}

function hostOf({ service }: Room<SocketUpstream>): { host: string; port: number } {
  const { host, port } = new URL(service.url);
  return { host, port: Number(port) };
}

function switchByHand(socket: Duplex, request: IncomingMessage): void {
  const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash("sha1").update(key).digest("base64");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
}

/** The same frame without its mask, which is zero. */
function unmasked(bytes: Uint8Array): Uint8Array {
  const long = (bytes[1] & 0x7f) === 127;
  const mask = long ? 10 : 2;
  return Uint8Array.from([bytes[0], bytes[1] & 0x7f, ...bytes.slice(2, mask), ...bytes.slice(mask + 4)]);
}
