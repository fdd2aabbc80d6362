import { connect } from "node:net";
import { assert, assertEquals } from "../support/assert.ts";
import { startUpstream } from "../support/upstream.ts";
import { run, until, Watcher } from "./running.ts";

Deno.test("FAULT 2: a call that does not end is cut after a bound, and its row is kept", async () => {
  const upstream = await startUpstream();
  const running = await run({ OPENAI_BASE_URL: upstream.url });
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
  await upstream.close();
});

Deno.test("a stop waits for no line that carries nothing: opened and never used, or used and kept", async () => {
  const running = await run();
  const unused = connect(running.port, "127.0.0.1");
  const kept = connect(running.port, "127.0.0.1");
  const closed = [unused, kept].map((line) => new Promise((resolve) => line.on("close", resolve)));
  const answered = new Promise((resolve) => kept.once("data", resolve));
  kept.write(`GET /healthz HTTP/1.1\r\nHost: ${running.host}\r\n\r\n`);
  await answered;
  // The clock stands: a stop that waited for its patience to end would wait for ever.
  await running.service.stop();
  await Promise.all(closed);
});

Deno.test("stopping twice is stopping once", async () => {
  const running = await run();
  await Promise.all([running.service.stop(), running.service.stop()]);
  await running.service.stop();
});

Deno.test("a watcher who does not answer the goodbye is cut off", async () => {
  const running = await run();
  const deaf = new Watcher(running);
  await deaf.told(1);
  deaf.socket.pause();
  const stopped = running.service.stop();
  // The hub hears of the stop a turn later, and gives a second from then on.
  await new Promise((resolve) => setImmediate(resolve));
  running.clock.advance(1000);
  await stopped;
  deaf.socket.resume();
  await until(() => deaf.closed !== null, "the end");
});

Deno.test("a service that has stopped has no timer left", async () => {
  const running = await run();
  const watcher = new Watcher(running);
  await watcher.told(1);
  await running.service.stop();
  running.clock.advance(1000);
  assertEquals(running.clock.pending, 0);
});
