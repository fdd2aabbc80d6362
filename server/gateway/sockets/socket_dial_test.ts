import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { assertEquals } from "../../../tests/support/assert.ts";
import { SOCKET_OPTIONS } from "./socket_dial.ts";

const HANDSHAKE = {
  method: "GET",
  url: "/",
  headers: {
    upgrade: "websocket",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-version": "13",
  },
} as unknown as IncomingMessage;

Deno.test("FAULT 65: a message in very many small reads ends its socket before it takes quadratic time to join", async () => {
  const line = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const code = Promise.withResolvers<string>();
  new WebSocketServer({ ...SOCKET_OPTIONS, noServer: true }).handleUpgrade(
    HANDSHAKE,
    line,
    Buffer.alloc(0),
    (socket) => {
      socket.on("error", (error: Error & { code?: string }) => code.resolve(error.code ?? ""));
      socket.on("message", () => code.resolve("joined"));
    },
  );
  const length = 60_000;
  line.push(Buffer.from([0x81, 0x80 | 126, length >> 8, length & 255, 0, 0, 0, 0]));
  for (let sent = 0; sent < length && !line.destroyed; sent++) {
    line.push(Buffer.from("x"));
    if (sent % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  assertEquals(await code.promise, "WS_ERR_TOO_MANY_BUFFERED_PARTS");
  line.destroy();
});
