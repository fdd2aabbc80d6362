import { connect } from "node:net";
import { openMemoryLedger } from "../../server/ledger/memory/memory.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { startUpstream } from "../support/upstream.ts";
import { rawSocket, run, until, Watcher } from "./running.ts";

Deno.test("FAULT 2: a call that does not end is cut off after ten seconds, and its row is written", async () => {
  const upstream = await startUpstream();
  const running = await run({ QUOTA_UPSTREAM_URL: upstream.url });
  const taken = upstream.take();
  const answering = fetch(`${running.service.url}/w/acme/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "gpt-5.4", stream: true, messages: [] }),
  });
  const exchange = await taken;
  exchange.startStream();
  await exchange.event({ choices: [{ index: 0, delta: { content: "Hel" } }] });
  const cut = (await answering).text().then(() => false, () => true);
  assertEquals(running.service.tracker.inFlight, 1);
  const stopped = running.service.stop();
  running.clock.advance(9_999);
  assertEquals(running.service.tracker.inFlight, 1);
  running.clock.advance(1);
  await stopped;
  assert(await cut);
  const [row] = await running.ledger.attempts("acme", 9);
  assertEquals([row.outcome, row.usage_source], ["aborted", "estimated"]);
  assertEquals(running.clock.pending, 0);
  await upstream.close();
});

Deno.test("a stop without grace cuts off a call immediately", async () => {
  const upstream = await startUpstream();
  const running = await run({ QUOTA_UPSTREAM_URL: upstream.url });
  const taken = upstream.take();
  const answering = fetch(`${running.service.url}/v1/models`).then(() => "answered", () => "cut off");
  await taken;
  await running.service.stop(0);
  assertEquals(await answering, "cut off");
  await upstream.close();
});

Deno.test("a stop closes idle connections, used or not, and does not wait for its clock", async () => {
  const running = await run();
  const [unused, used] = [connect(running.port, "127.0.0.1"), connect(running.port, "127.0.0.1")];
  const closed = [unused, used].map((socket) => new Promise((resolve) => socket.on("close", resolve)));
  const answered = new Promise((resolve) => used.once("data", resolve));
  used.write(`GET /healthz HTTP/1.1\r\nHost: ${running.host}\r\n\r\n`);
  await answered;
  const before = running.clock.now();
  await running.service.stop();
  await Promise.all(closed);
  assertEquals([running.clock.now(), unused.destroyed, used.destroyed], [before, true, true]);
});

Deno.test("a second stop returns the first one's promise, and the ledger is closed once", async () => {
  const ledger = openMemoryLedger();
  let closes = 0;
  const close = ledger.close.bind(ledger);
  ledger.close = () => (closes++, close());
  const running = await run({}, { ledger });
  const stopped = running.service.stop();
  assertEquals(running.service.stop() === stopped, true);
  await stopped;
  await running.service.stop();
  assertEquals(closes, 1);
});

Deno.test("a WebSocket that does not answer the closing handshake is disconnected after a second", async () => {
  const running = await run();
  const socket = await rawSocket(running);
  let closed = false;
  socket.on("close", () => closed = true);
  const stopped = running.service.stop();
  // The hub sets its timer in a later turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  running.clock.advance(999);
  await new Promise((resolve) => setImmediate(resolve));
  assertEquals(closed, false);
  running.clock.advance(1);
  await until(() => closed, "the end of the connection");
  await stopped;
});

Deno.test("an upgrade request during a stop is disconnected without an answer", async () => {
  const upstream = await startUpstream();
  const running = await run({ QUOTA_UPSTREAM_URL: upstream.url });
  const taken = upstream.take();
  const socket = connect(running.port, "127.0.0.1");
  let got = "";
  socket.on("data", (data) => got += data).on("error", () => {});
  const closed = new Promise((resolve) => socket.on("close", resolve));
  socket.write(`GET /v1/models HTTP/1.1\r\nHost: ${running.host}\r\n\r\n`);
  const exchange = await taken;
  const stopped = running.service.stop();
  socket.write(
    `GET /api/quota/ws HTTP/1.1\r\nHost: ${running.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
  );
  exchange.json({ object: "list", data: [] });
  await closed;
  await stopped;
  assertEquals(/101/.test(got), false);
  await upstream.close();
});

Deno.test("a stopped service has no timer left", async () => {
  const running = await run();
  const watcher = new Watcher(running);
  await watcher.received(1);
  await running.service.stop();
  running.clock.advance(1000);
  assertEquals(running.clock.pending, 0);
});
