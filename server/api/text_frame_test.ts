import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { assertEquals } from "../../tests/support/assert.ts";
import { textFrame } from "./text_frame.ts";

const LENGTHS = [0, 1, 125, 126, 127, 65_535, 65_536, 70_000];

Deno.test("another implementation, Deno's own client, reads messages of every length", async () => {
  const texts = LENGTHS.map((length) => "é".repeat(length >> 1) + "x".repeat(length % 2));
  const server = createServer();
  new WebSocketServer({ server }).on(
    "connection",
    (_, { socket }) => texts.forEach((text) => socket.write(textFrame(text))),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const received: unknown[] = [];
  await new Promise<void>((resolve) =>
    client.onmessage = ({ data }) => {
      if (received.push(data) === texts.length) resolve();
    }
  );
  assertEquals(received, texts);
  client.close();
  await new Promise((resolve) => client.onclose = resolve);
  await new Promise((resolve) => server.close(resolve));
});
