import { assertEquals } from "../../tests/support/assert.ts";
import { NOON, statusBody, wire } from "../../tests/support/statuses.ts";
import type { ConnectionEvent } from "./machine.ts";
import { MAX_MESSAGE_SIZE, parseMessage } from "./parse.ts";
import { openLine } from "./socket.ts";

const TARGET = { server_url: "https://quota.example", workspace_id: "acme" };

/** A WebSocket that goes nowhere: the test plays the other end. */
class FakeSocket extends EventTarget {
  readyState: number = WebSocket.CONNECTING;
  readonly sent: string[] = [];
  constructor(readonly url: string) {
    super();
  }
  opens(): void {
    this.readyState = WebSocket.OPEN;
    this.dispatchEvent(new Event("open"));
  }
  says(data: unknown): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
  closes(): void {
    this.readyState = WebSocket.CLOSED;
    this.dispatchEvent(new Event("close"));
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.closes();
  }
}

function opened() {
  const events: ConnectionEvent[] = [];
  const sockets: FakeSocket[] = [];
  const line = openLine(3, TARGET, (event) => events.push(event), (url) => {
    const socket = new FakeSocket(url);
    sockets.push(socket);
    return socket as unknown as WebSocket;
  });
  return { events, line, socket: sockets[0] };
}

const UPDATE = { type: "quota_update", data: statusBody(), timestamp: wire(NOON) } as const;

Deno.test("a socket goes to the workspace's address, in the scheme of its service", () => {
  assertEquals(opened().socket.url, "wss://quota.example/api/quota/ws?workspace_id=acme");
});

Deno.test("a socket's life is told under its id", () => {
  const { events, socket } = opened();
  socket.opens();
  socket.says(JSON.stringify(UPDATE));
  socket.closes();
  assertEquals(events, [
    { type: "socket_opened", id: 3 },
    { type: "socket_message", id: 3, message: UPDATE },
    { type: "socket_closed", id: 3 },
  ]);
});

Deno.test("a socket that we close tells nothing more", () => {
  const { events, line, socket } = opened();
  line.close();
  socket.says(JSON.stringify(UPDATE));
  assertEquals(events, []);
});

Deno.test("nothing is sent before a socket is open", () => {
  const { line, socket } = opened();
  line.send({ type: "ping" });
  socket.opens();
  line.send({ type: "pong" });
  assertEquals(socket.sent, ['{"type":"pong"}']);
});

Deno.test("an address that no socket accepts is a closed socket, told after the caller's turn", async () => {
  const events: ConnectionEvent[] = [];
  openLine(4, TARGET, (event) => events.push(event), () => {
    throw new SyntaxError("no");
  });
  assertEquals(events, []);
  await Promise.resolve();
  assertEquals(events, [{ type: "socket_closed", id: 4 }]);
});

const BAD: [name: string, data: unknown][] = [
  ["binary", new Uint8Array(3)],
  ["empty", ""],
  ["no JSON", "{"],
  ["null", "null"],
  ["a list", "[]"],
  ["a string", '"ping"'],
  ["no type", "{}"],
  ["an unknown type", '{"type":"quota_delta"}'],
  ["a type of the prototype", '{"type":"constructor"}'],
  ["an update with no data", '{"type":"quota_update"}'],
  ["an update with a negative count", JSON.stringify(UPDATE).replace('"current":60', '"current":-60')],
  ["an update with text for a count", JSON.stringify(UPDATE).replace('"current":60', '"current":"60"')],
  ["an update with a count beyond every number", JSON.stringify(UPDATE).replace('"current":60', '"current":1e999')],
  ["a huge message", JSON.stringify({ type: "ping", padding: "x".repeat(MAX_MESSAGE_SIZE) })],
];

for (const [name, data] of BAD) {
  Deno.test(`a malformed message is dropped: ${name}`, () => {
    const { events, socket } = opened();
    socket.opens();
    socket.says(data);
    assertEquals(events.length, 1);
  });
}

Deno.test("a newer service may say more than we know of", () => {
  assertEquals(parseMessage('{"type":"ping","at":1}'), { type: "ping" });
});
