import { assertEquals } from "../../tests/support/assert.ts";
import { NOON, statusBody, wire } from "../../tests/support/statuses.ts";
import type { ConnectionEvent } from "./machine_events.ts";
import { MAX_MESSAGE_SIZE, parseMessage } from "./parse.ts";
import { openSocket } from "./socket.ts";

const TARGET = { server_url: "https://quota.example", workspace_id: "acme" };

/** A WebSocket without a network: the test acts as the server. */
class FakeSocket extends EventTarget {
  readyState: number = WebSocket.CONNECTING;
  readonly sent: string[] = [];
  constructor(readonly url: string) {
    super();
  }
  serverOpens(): void {
    this.readyState = WebSocket.OPEN;
    this.dispatchEvent(new Event("open"));
  }
  serverSends(data: unknown): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
  serverCloses(): void {
    this.readyState = WebSocket.CLOSED;
    this.dispatchEvent(new Event("close"));
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.serverCloses();
  }
}

/** Lets promises that are settled run their callbacks. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve));

const KEY = "qg_read_Ab12_Cd34";

/** A socket to a service with keys, whose ticket the test gives. */
async function keyed(getTicket: () => Promise<string>) {
  const events: ConnectionEvent[] = [];
  const sockets: FakeSocket[] = [];
  const create = (url: string) => {
    sockets.push(new FakeSocket(url));
    return sockets[0] as unknown as WebSocket;
  };
  const handle = openSocket(3, { ...TARGET, key: KEY }, (event) => events.push(event), create, getTicket);
  await turn();
  return { events, sockets, handle };
}

function opened() {
  const events: ConnectionEvent[] = [];
  const sockets: FakeSocket[] = [];
  const handle = openSocket(3, TARGET, (event) => events.push(event), (url) => {
    const socket = new FakeSocket(url);
    sockets.push(socket);
    return socket as unknown as WebSocket;
  });
  return { events, handle, socket: sockets[0] };
}

const UPDATE = { type: "quota_update", data: statusBody(), timestamp: wire(NOON) } as const;

Deno.test("a socket connects to the workspace's address with the matching scheme", () => {
  assertEquals(opened().socket.url, "wss://quota.example/api/quota/ws?workspace_id=acme");
});

Deno.test("every event of a socket carries its id", () => {
  const { events, socket } = opened();
  socket.serverOpens();
  socket.serverSends(JSON.stringify(UPDATE));
  socket.serverCloses();
  assertEquals(events, [
    { type: "socket_opened", id: 3 },
    { type: "socket_message", id: 3, message: UPDATE },
    { type: "socket_closed", id: 3 },
  ]);
});

Deno.test("no event follows a close by us", () => {
  const { events, handle, socket } = opened();
  handle.close();
  socket.serverSends(JSON.stringify(UPDATE));
  assertEquals(events, []);
});

Deno.test("nothing is sent before the socket is open", () => {
  const { handle, socket } = opened();
  handle.send({ type: "ping" });
  socket.serverOpens();
  handle.send({ type: "pong" });
  assertEquals(socket.sent, ['{"type":"pong"}']);
});

Deno.test("an invalid address gives a closed event, asynchronously", async () => {
  const events: ConnectionEvent[] = [];
  openSocket(4, TARGET, (event) => events.push(event), () => {
    throw new SyntaxError("no");
  });
  assertEquals(events, []);
  await Promise.resolve();
  assertEquals(events, [{ type: "socket_closed", id: 4 }]);
});

Deno.test("with a key, a ticket is the first message, and neither is in the address", async () => {
  const { events, sockets: [socket], handle } = await keyed(() => Promise.resolve("t1"));
  socket.serverOpens();
  handle.send({ type: "ping" });
  assertEquals(socket.sent, ['{"type":"auth","ticket":"t1"}', '{"type":"ping"}']);
  assertEquals(events, [{ type: "socket_opened", id: 3 }]);
  assertEquals(socket.url, "wss://quota.example/api/quota/ws?workspace_id=acme");
});

Deno.test("without a ticket no socket is opened, and it counts as closed", async () => {
  const { events, sockets } = await keyed(() => Promise.reject(new TypeError("401")));
  assertEquals([events, sockets.length], [[{ type: "socket_closed", id: 3 }], 0]);
});

Deno.test("after a close by us a late ticket opens no socket", async () => {
  const ticket = Promise.withResolvers<string>();
  const { events, sockets, handle } = await keyed(() => ticket.promise);
  handle.close();
  ticket.resolve("t1");
  await turn();
  assertEquals([events, sockets.length], [[], 0]);
});

const text = (change: object) => JSON.stringify({ ...UPDATE, ...change });

const UNREADABLE: [name: string, data: unknown][] = [
  ["binary", new Uint8Array(3)],
  ["empty", ""],
  ["not JSON", "{"],
  ["null", "null"],
  ["an array", "[]"],
  ["a string", '"ping"'],
  ["no type", "{}"],
  ["an update without data", '{"type":"quota_update"}'],
  ["an update with a negative count", JSON.stringify(UPDATE).replace('"current":60', '"current":-60')],
  ["an update with a string as count", JSON.stringify(UPDATE).replace('"current":60', '"current":"60"')],
  ["an update with an infinite count", JSON.stringify(UPDATE).replace('"current":60', '"current":1e999')],
  ["an update with an unknown status", text({ data: { ...UPDATE.data, status: "paused" } })],
  ["an update of a newer contract", text({ contract: 3 })],
  ["an update with a status of a newer contract", text({ data: { ...UPDATE.data, contract: 3 } })],
  ["a ping of a newer contract", '{"contract":3,"type":"ping"}'],
  ["a message with a contract that is no number", '{"contract":"2","type":"ping"}'],
  ["a huge message", JSON.stringify({ type: "ping", padding: "x".repeat(MAX_MESSAGE_SIZE) })],
];

for (const [name, data] of UNREADABLE) {
  Deno.test(`FAULT 73: a message that cannot be read is told as such: ${name}`, () => {
    const { events, socket } = opened();
    socket.serverOpens();
    socket.serverSends(data);
    const [, event] = events;
    assertEquals([event.type, event.type === "socket_unreadable" && event.failure.kind], [
      "socket_unreadable",
      "outdated",
    ]);
  });
}

for (const type of ["quota_delta", "constructor"]) {
  Deno.test(`a message of another type, which a newer service may have added, is ignored: ${type}`, () => {
    const { events, socket } = opened();
    socket.serverOpens();
    socket.serverSends(JSON.stringify({ contract: 2, type }));
    assertEquals(events.length, 1);
  });
}

Deno.test("a service of the first contract sends none, and is understood", () => {
  const { contract: _, ...data } = UPDATE.data;
  assertEquals(parseMessage(text({ data })), { ...UPDATE, data: { ...data, contract: 1 } });
});

Deno.test("unknown fields of a newer service are ignored", () => {
  assertEquals(parseMessage('{"type":"ping","at":1}'), { type: "ping" });
});
