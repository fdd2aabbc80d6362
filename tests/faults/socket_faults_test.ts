import { randomBytes } from "node:crypto";
import { HEARTBEAT_MS } from "../../server/api/socket_hub.ts";
import { ok, send } from "../api/fixture.ts";
import { frame, rawSocket, run, until, Watcher } from "../api/running.ts";
import { assert, assertEquals } from "../support/assert.ts";

const TEXT = 0x81, BINARY = 0x82, CLOSE = 0x88, PING = 0x89;

Deno.test("FAULT 40: a watcher that never reads is disconnected, and others are not delayed", async () => {
  await using running = await run();
  const { service: { tracker }, clock } = running;
  const stuck = await rawSocket(running);
  stuck.pause();
  const watcher = new Watcher(running);
  await watcher.received(1);
  let gone = false;
  stuck.on("close", () => gone = true);
  // It keeps sending pings and reads no pong: the service must not buffer the pongs without limit.
  const asks = new Uint8Array(frame(TEXT, '{"type":"ping"}').length * 4000);
  for (let at = 0; at < asks.length; at += asks.length / 4000) asks.set(frame(TEXT, '{"type":"ping"}'), at);
  for (let round = 0; round < 200 && !gone; round++) {
    if (!stuck.destroyed) stuck.write(asks);
    send(tracker, ok(1));
    clock.advance(20);
    await watcher.received(round + 2);
  }
  stuck.resume();
  await until(() => gone, "the end of the socket that never reads");
  await watcher.close();
});

Deno.test("FAULT 40: a slow watcher gets the latest state, not every earlier one", async () => {
  await using running = await run({ QUOTA_MODE: "observe" });
  const { service: { tracker }, clock } = running;
  const slow = new Watcher(running), quick = new Watcher(running);
  await slow.received(1);
  await quick.received(1);
  slow.socket.pause();
  // Several kilobytes each, within three heartbeats: more than the network buffers for one socket.
  const changes = 2500;
  for (let change = 1; change <= changes; change++) {
    send(tracker, ok(1, { model: `${change % 20}`.padEnd(200, "m"), limit_headers: HEADERS }));
    clock.advance(16);
    if (change % 50 === 0) await until(() => quick.updates.at(-1)?.usage.calls === change, "the quick watcher");
  }
  slow.socket.resume();
  await until(() => slow.updates.at(-1)?.usage.calls === changes, "the latest state");
  assert(slow.updates.length < changes, `${slow.updates.length} updates were buffered for it`);
  await slow.close();
  await quick.close();
});

const HEADERS = { "x-ratelimit-limit-requests": "500", "x-ratelimit-remaining-requests": "400" };

Deno.test("FAULT 41: half-open sockets are closed at the third heartbeat, those that answer stay open", async () => {
  await using running = await run();
  const { clock } = running;
  const silent = await rawSocket(running);
  let gone = false;
  silent.on("close", () => gone = true);
  silent.resume();
  const alive = new Watcher(running);
  await alive.received(1);
  for (let beat = 1; beat <= 3; beat++) {
    assertEquals(gone, false);
    clock.advance(HEARTBEAT_MS);
    alive.socket.send('{"type":"ping"}');
    await until(() => alive.messages.filter(({ type }) => type === "pong").length === beat, "a pong");
  }
  await until(() => gone, "the end of the half-open socket");
  assertEquals(alive.closed, null);
  await alive.close();
});

const BAD: [string, Uint8Array[], number][] = [
  ["FAULT 44: a message over 4 KiB", [frame(TEXT, "x".repeat(4097))], 1009],
  ["FAULT 44: a fragmented message over 4 KiB", [frame(0x01, "x".repeat(3000)), frame(0x80, "x".repeat(3000))], 1009],
  [
    "FAULT 44: a frame that announces a huge length",
    [Uint8Array.of(TEXT, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)],
    1009,
  ],
  ["a binary message", [frame(BINARY, '{"type":"ping"}')], 1008],
  ["text that is not JSON", [frame(TEXT, "hello")], 1008],
  ["JSON null", [frame(TEXT, "null")], 1008],
  ["an unknown message type", [frame(TEXT, '{"type":"subscribe","workspace_id":"beta"}')], 1008],
  ["FAULT 45: invalid UTF-8", [frame(TEXT, Uint8Array.of(0xc3, 0x28))], 1007],
  ["FAULT 45: a reserved bit", [frame(0xc1, '{"type":"ping"}')], 1002],
  ["FAULT 45: a reserved opcode", [frame(0x83, "x")], 1002],
  ["FAULT 45: a fragmented control frame", [frame(0x09, "x")], 1002],
  ["FAULT 45: a long control frame", [frame(PING, "x".repeat(126))], 1002],
  ["FAULT 45: a continuation without a first frame", [frame(0x80, "x")], 1002],
  ["FAULT 45: an unmasked frame", [Uint8Array.of(TEXT, 1, 120)], 1002],
  ["FAULT 45: a close frame of one byte", [frame(CLOSE, "x")], 1002],
  ["FAULT 45: a reserved close code", [frame(CLOSE, Uint8Array.of(0x03, 0xed))], 1002],
];
for (const [name, frames, code] of BAD) {
  Deno.test(`${name} closes its own socket with ${code} and no other`, async () => {
    await using running = await run();
    const watcher = new Watcher(running);
    await watcher.received(1);
    const bad = await rawSocket(running);
    let received = new Uint8Array(), gone = false;
    bad.on("data", (data) => received = Uint8Array.from([...received, ...data]));
    bad.on("close", () => gone = true);
    for (const bytes of frames) bad.write(bytes);
    await until(() => closeCode(received) !== null, "a close frame");
    assertEquals(closeCode(received), code);
    bad.end();
    await until(() => gone, "the end of the connection");
    send(running.service.tracker, ok(3));
    running.clock.advance(20);
    await watcher.received(2);
    await watcher.close();
  });
}

Deno.test("FAULT 45: random bytes close only the socket that sent them", async () => {
  await using running = await run();
  const watcher = new Watcher(running);
  await watcher.received(1);
  for (let round = 0; round < 30; round++) {
    const bad = await rawSocket(running);
    bad.resume();
    bad.end(randomBytes(600));
    await new Promise<void>((resolve) => bad.on("close", () => resolve()));
  }
  send(running.service.tracker, ok(3));
  running.clock.advance(20);
  await watcher.received(2);
  await watcher.close();
});

/** The code of the first close frame that the service sent. */
function closeCode(bytes: Uint8Array): number | null {
  for (let at = 0; at + 1 < bytes.length;) {
    const long = bytes[at + 1] === 126;
    const size = long ? bytes[at + 2] << 8 | bytes[at + 3] : bytes[at + 1];
    const from = at + (long ? 4 : 2);
    if (bytes[at] === CLOSE && from + 1 < bytes.length) return bytes[from] << 8 | bytes[from + 1];
    at = from + size;
  }
  return null;
}
